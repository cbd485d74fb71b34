#pragma once

#include "annotations/edit_history.h"
#include "annotations/label_map.h"

#include <cstdint>
#include <map>
#include <vector>

namespace annotations {

/// Neighbouring voxels in memory order.
struct VoxelRange
{
    std::uint64_t first = 0;
    std::uint64_t end = 0; ///< Not itself.

    friend bool operator==(const VoxelRange&, const VoxelRange&) = default;
};

/// Which voxels each label got when proposals of a model were accepted, in order and without overlap. Labels that no
/// model drew are absent, and those of which the history does not hold every acceptance: steps are forgotten, and a file
/// that was opened brings none.
using AcceptedVoxels = std::map<std::uint16_t, std::vector<VoxelRange>>;

AcceptedVoxels acceptedVoxels(const EditHistory& history, const LabelTable& labels);

/// The same for masks that are a model's as they are: nothing was changed.
AcceptedVoxels acceptedAsDrawn(const LabelMap& map);

/// The share of each of these labels that was changed by hand since: of all voxels that the accepted proposals or the
/// label have, those that only one of them has. 0 to 1; 1 for a label that was erased.
std::map<std::uint16_t, double> changedShares(const AcceptedVoxels& accepted, const LabelMap& map);

} // namespace annotations
