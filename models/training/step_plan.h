#pragma once

#include "models/training/labelled_split.h"
#include "models/training/unlabelled_plan.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace models::training {

/// One picture shown once.
struct Visit
{
    std::int64_t index = 0; ///< In the data set.
    int pass = 0; ///< How often it was shown before: its augmentation is drawn by this.

    friend bool operator==(const Visit&, const Visit&) = default;
};

/// Pictures in random order, over and over: every pass shows each once, in an order of its own.
class PictureStream
{
public:
    PictureStream(std::vector<std::int64_t> pictures, std::uint64_t seed, std::uint64_t stream);

    /// Visits number `first` to `first + count - 1` of the endless stream.
    std::vector<Visit> visits(std::int64_t first, std::int64_t count) const;

    std::int64_t size() const { return std::int64_t(m_pictures.size()); }

private:
    std::vector<std::int64_t> orderOf(std::int64_t pass) const;

    std::vector<std::int64_t> m_pictures;
    std::uint64_t m_seed;
    std::uint64_t m_stream;
};

/// Which pictures every step of a training shows: a function of the step's number alone, so that a resumed training
/// sees the same.
///
/// Without unlabelled pictures and stepsPerEpoch an epoch is one pass over the labelled ones and its last step may be
/// smaller. Otherwise steps are all alike and passes run on over the ends of epochs.
class StepPlan
{
public:
    /// `unlabelled`: nothing where only pictures with a label are shown. With several processes, options.batchSize and
    /// unlabelled->perStep are for each of them, and a last step with fewer pictures than processes is left out.
    StepPlan(const TrainOptions& options, const LabelledSplit& split, const std::optional<UnlabelledPlan>& unlabelled,
        int processes = 1);

    std::int64_t stepsPerEpoch() const { return m_stepsPerEpoch; }

    /// Whether this step (counted from 0 over all epochs) shows unlabelled pictures.
    bool showsUnlabelled(std::int64_t step) const;

    std::vector<Visit> labelled(std::int64_t step) const;
    std::vector<Visit> unlabelled(std::int64_t step) const;

    /// Weight of the unlabelled pictures' loss: grows as exp(-5 (1 - t)^2) over rampEpochs.
    double unlabelledWeight(std::int64_t step) const;

private:
    std::int64_t prototypeSteps() const;

    UnlabelledPlan m_mixing;
    PictureStream m_labelled;
    PictureStream m_unlabelled;
    std::int64_t m_batch; ///< Of all processes.
    std::int64_t m_stepsPerEpoch;
    std::int64_t m_unlabelledPerStep; ///< Of all processes; 0 when none are used.
    bool m_wholePasses; ///< An epoch is one pass over the labelled pictures.
};

} // namespace models::training
