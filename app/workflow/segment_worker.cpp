#include "app/workflow/segment_worker.h"

#include <utility>

namespace app {

SegmentWorker::SegmentWorker(SegmenterFactory factory)
    : m_factory(std::move(factory))
{
}

models::Segmenter& SegmentWorker::segmenter()
{
    if (!m_segmenter)
        m_segmenter = m_factory();
    return *m_segmenter;
}

models::PreparedSlice& SegmentWorker::prepared(
    const std::shared_ptr<const imaging::Volume>& volume, int index, const imaging::Slice& slice)
{
    if (m_prepared && m_volume.lock() == volume && m_slice == index)
        return *m_prepared;
    m_prepared.reset();
    m_prepared = segmenter().prepare(slice);
    m_volume = volume;
    m_slice = index;
    return *m_prepared;
}

models::PackageInfo SegmentWorker::warmUp(
    const std::shared_ptr<const imaging::Volume>& volume, int slice, std::stop_token stop)
{
    const models::PackageInfo package = segmenter().package();
    if (stop.stop_requested() || !volume)
        return package;
    const imaging::Slice picture = imaging::sliceOf(*volume, slice);
    if (models::misfits(package, picture).empty())
        prepared(volume, slice, picture);
    return package;
}

/// The first slice, the one that is looked at, stays prepared for the next sentence; the others are let go.
SegmentOutcome SegmentWorker::run(
    const SegmentTask& task, std::stop_token stop, const imaging::Progress& progress, const GiveAnswer& give)
{
    const auto& request = task.request;
    progress.report(request.slices.size() > 1 ? 0 : 0.05, "opening the model");
    const auto& package = segmenter().package();
    const int first = request.slices.at(0);
    if (request.confirmed == Confirmed::No)
        if (auto doubts = doubtsAbout(package, imaging::sliceOf(*task.volume, first), request.text, request.sides);
            !doubts.empty())
            return {package, std::move(doubts)};
    auto outcome = segmentSlices(
        segmenter(), *task.volume, request, stop, progress,
        [&](int index, const imaging::Slice& slice) -> const models::PreparedSlice& {
            m_passing.reset();
            if (index == first)
                return prepared(task.volume, index, slice);
            m_passing = segmenter().prepare(slice);
            return *m_passing;
        },
        [&](const SegmentOutcome& soFar, SliceProbabilities slice) {
            auto& segmentation = slice.segmentation;
            ProposedSlice proposed{PackedPlane(inHundredths(segmentation.probabilities)),
                PackedPlane(likeliestClasses(segmentation))};
            give(soFar, {slice.slice, std::move(proposed), std::move(segmentation.probabilities)});
        });
    m_passing.reset();
    return outcome;
}

std::vector<models::NetworkLayer> SegmentWorker::layers()
{
    return segmenter().layers();
}

ExplainOutcome SegmentWorker::explain(
    const ExplainTask& task, std::stop_token stop, const imaging::Progress& progress)
{
    progress.report(0, "opening the model");
    return explainSlice(segmenter(), *task.volume, task.request, stop, progress,
        [&](int index, const imaging::Slice& slice) -> const models::PreparedSlice& {
            return prepared(task.volume, index, slice);
        });
}

} // namespace app
