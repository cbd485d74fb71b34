#pragma once

#include "app/workflow/explain.h"
#include "app/workflow/prompt.h"
#include "app/workflow/proposal.h"
#include "app/workflow/segment.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "models/facade/segmenter.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace app {

/// Opens the model: the workstation's opens limn-models, a test's gives a fake.
using SegmenterFactory = std::function<std::unique_ptr<models::Segmenter>()>;

/// What to segment, and in which picture.
struct SegmentTask
{
    std::shared_ptr<const imaging::Volume> volume;
    SegmentRequest request;
};

/// The answer for one slice: as it is kept, and the probabilities as they are to be shown now.
struct SliceAnswer
{
    int slice = 0;
    ProposedSlice proposed;
    std::vector<float> probabilities;
};

/// What to explain, and in which picture.
struct ExplainTask
{
    std::shared_ptr<const imaging::Volume> volume;
    ExplainSliceRequest request;
};

/// Owns the model and what it computed about the last slice. Used on the inference thread only; made before the
/// JobRunner, so that it outlives the thread.
class SegmentWorker
{
public:
    explicit SegmentWorker(SegmenterFactory factory);

    /// Opens the model and, where it fits the picture, computes what does not depend on the text.
    models::PackageInfo warmUp(const std::shared_ptr<const imaging::Volume>& volume, int slice, std::stop_token stop);

    using GiveAnswer = std::function<void(const SegmentOutcome& soFar, SliceAnswer)>;

    /// segmentSlices(), which asks instead of refusing: with doubts it ends before anything is computed. Throws also as
    /// SegmenterFactory does.
    SegmentOutcome run(
        const SegmentTask& task, std::stop_token stop, const imaging::Progress& progress, const GiveAnswer& give);

    std::vector<models::NetworkLayer> layers();
    /// explainSlice(). Throws also as SegmenterFactory does.
    ExplainOutcome explain(const ExplainTask& task, std::stop_token stop, const imaging::Progress& progress);

private:
    models::Segmenter& segmenter();
    models::PreparedSlice& prepared(
        const std::shared_ptr<const imaging::Volume>& volume, int index, const imaging::Slice& slice);

    SegmenterFactory m_factory;
    std::unique_ptr<models::Segmenter> m_segmenter;
    std::unique_ptr<models::PreparedSlice> m_prepared; ///< Of `m_volume`, `m_slice`; goes before the segmenter.
    std::unique_ptr<models::PreparedSlice> m_passing; ///< Of a slice that is not looked at.
    std::weak_ptr<const imaging::Volume> m_volume;
    int m_slice = -1;
};

} // namespace app
