#pragma once

#include "imaging/geometry.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace annotations {

class LabelMap;

/// A box of voxels, ends included: what must be drawn again.
struct MaskRegion
{
    int firstColumn = 0;
    int lastColumn = 0;
    int firstRow = 0;
    int lastRow = 0;
    int firstSlice = 0;
    int lastSlice = 0;

    friend bool operator==(const MaskRegion&, const MaskRegion&) = default;
};

/// The smallest box around both.
MaskRegion united(const MaskRegion& a, const MaskRegion& b);

/// `count` neighbouring voxels (memory order, may run over row ends) that went from one value to another.
struct MaskRun
{
    std::uint64_t offset = 0;
    std::uint32_t count = 0;
    std::uint16_t before = 0;
    std::uint16_t after = 0;

    friend bool operator==(const MaskRun&, const MaskRun&) = default;
};

/// The box that a run covers; `run` must not be empty and lie inside `grid`.
MaskRegion regionOfRun(const MaskRun& run, const imaging::VoxelGrid& grid);

/// One named step of work on a labelmap, as run lengths. Never empty; runs are sorted and do not overlap.
class MaskDelta
{
public:
    /// `runs` sorted by offset, without overlap, inside `grid`. Throws Error(InvalidInput) otherwise (a damaged
    /// journal).
    MaskDelta(std::string name, const imaging::VoxelGrid& grid, std::vector<MaskRun> runs);

    const std::string& name() const { return m_name; }
    const std::vector<MaskRun>& runs() const { return m_runs; }
    const MaskRegion& region() const { return m_region; }
    std::size_t voxels() const; ///< How many voxels change.
    std::size_t bytes() const; ///< Memory this step takes.

    /// The map must hold what it held before (apply) or after (revert) the edit; not checked. Throws Error(Internal)
    /// when the map is smaller than the edit's.
    void apply(LabelMap& map) const;
    void revert(LabelMap& map) const;

    /// The step that undoes this one, for the journal.
    MaskDelta inverted() const;

    friend bool operator==(const MaskDelta&, const MaskDelta&) = default;

private:
    MaskDelta() = default;
    void write(LabelMap& map, std::uint16_t MaskRun::*value) const;

    std::string m_name;
    std::vector<MaskRun> m_runs;
    MaskRegion m_region;
    std::uint64_t m_mapVoxels = 0;
};

} // namespace annotations
