#pragma once

#include "imaging/geometry.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace annotations {

/// The records of a journal in fewer bytes: the same masks, labels, notes and place of the last save come back, also
/// from what is left of them when their end is torn. The newest records, up to `keptBytes` of them, stay as they are;
/// of the steps before them one is left in front of the last save and one behind it, so that these are undone at once
/// when the journal is opened again. `records` are good ones (takeJournalRecord()) of a journal on `grid`.
std::vector<std::string> compacted(
    std::span<const std::string> records, const imaging::VoxelGrid& grid, std::uint64_t keptBytes);

} // namespace annotations
