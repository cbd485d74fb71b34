#pragma once

#include "models/data/dataset.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace models::training {

struct TrainOptions;

/// Which samples of a training split are learnt from with their masks, and which without.
struct LabelledSplit
{
    std::vector<std::int64_t> labelled; ///< In the order of the data set.
    std::vector<std::int64_t> unlabelled; ///< All others: not drawn, or without a mask.
};

/// Draws a fraction (at least one) of the samples that have a mask, by the seed alone. Throws Error(InvalidInput) when
/// none has one.
LabelledSplit drawLabelled(const TrainOptions& options, double fraction, const data::Dataset& data);

/// Writes `file`, a table with the columns image and labelled (1 or 0), in the order of the data set. Throws Error(Io).
void writeLabelledSplit(const std::filesystem::path& file, const data::Dataset& data, const LabelledSplit& split);

} // namespace models::training
