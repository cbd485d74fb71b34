#include "annotations/filters/voxel_set.h"

#include "imaging/parallel.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <utility>

namespace annotations {

BoxSize sizeOf(const MaskRegion& box)
{
    return {box.lastColumn - box.firstColumn + 1, box.lastRow - box.firstRow + 1, box.lastSlice - box.firstSlice + 1};
}

MaskRegion wholeBox(const imaging::VoxelGrid& grid)
{
    return {0, grid.columns - 1, 0, grid.rows - 1, 0, grid.slices - 1};
}

MaskRegion layerBox(const imaging::VoxelGrid& grid, imaging::GridAxis across, int layer)
{
    MaskRegion box = wholeBox(grid);
    switch (across) {
    case imaging::GridAxis::Column:
        box.firstColumn = box.lastColumn = layer;
        break;
    case imaging::GridAxis::Row:
        box.firstRow = box.lastRow = layer;
        break;
    case imaging::GridAxis::Slice:
        box.firstSlice = box.lastSlice = layer;
        break;
    }
    return box;
}

std::optional<MaskRegion> intersected(const MaskRegion& a, const MaskRegion& b)
{
    const MaskRegion both{std::max(a.firstColumn, b.firstColumn), std::min(a.lastColumn, b.lastColumn),
        std::max(a.firstRow, b.firstRow), std::min(a.lastRow, b.lastRow), std::max(a.firstSlice, b.firstSlice),
        std::min(a.lastSlice, b.lastSlice)};
    const BoxSize size = sizeOf(both);
    if (size.columns <= 0 || size.rows <= 0 || size.slices <= 0)
        return std::nullopt;
    return both;
}

namespace {

MaskRegion widenedEach(
    const MaskRegion& box, int columns, int rows, int slices, const MaskRegion& within)
{
    return {std::max(box.firstColumn - columns, within.firstColumn), std::min(box.lastColumn + columns, within.lastColumn),
        std::max(box.firstRow - rows, within.firstRow), std::min(box.lastRow + rows, within.lastRow),
        std::max(box.firstSlice - slices, within.firstSlice), std::min(box.lastSlice + slices, within.lastSlice)};
}

} // namespace

MaskRegion widened(const MaskRegion& box, double mm, const imaging::VoxelGrid& grid, const MaskRegion& within)
{
    const auto voxels = [&](int axis, int most) {
        return static_cast<int>(std::min<double>(std::ceil(mm / grid.spacingMm[static_cast<std::size_t>(axis)]), most));
    };
    return widenedEach(box, voxels(0, grid.columns), voxels(1, grid.rows), voxels(2, grid.slices), within);
}

MaskRegion widenedBy(const MaskRegion& box, int voxels, const MaskRegion& within)
{
    return widenedEach(box, voxels, voxels, voxels, within);
}

std::span<const std::uint16_t> LabelBlock::line(int row, int slice) const
{
    const BoxSize size = sizeOf(box);
    const auto columns = static_cast<std::size_t>(size.columns);
    const std::size_t at = static_cast<std::size_t>(slice - box.firstSlice) * size.sliceVoxels()
        + static_cast<std::size_t>(row - box.firstRow) * columns;
    return values.subspan(at, columns);
}

std::uint16_t LabelBlock::at(imaging::VoxelIndex voxel) const
{
    return line(voxel.row, voxel.slice)[static_cast<std::size_t>(voxel.column - box.firstColumn)];
}

LabelBlock blockOf(const LabelMap& map)
{
    return {map.grid(), wholeBox(map.grid()), map.voxels()};
}

std::vector<std::uint16_t> valuesIn(const LabelMap& map, const MaskRegion& box)
{
    const BoxSize size = sizeOf(box);
    std::vector<std::uint16_t> values;
    values.reserve(size.voxels());
    for (int slice = box.firstSlice; slice <= box.lastSlice; ++slice)
        for (int row = box.firstRow; row <= box.lastRow; ++row) {
            const auto from = map.voxels().subspan(
                map.grid().offset({box.firstColumn, row, slice}), static_cast<std::size_t>(size.columns));
            values.insert(values.end(), from.begin(), from.end());
        }
    return values;
}

VoxelSet::VoxelSet(const imaging::VoxelGrid& grid, const MaskRegion& box)
    : m_grid(grid)
    , m_box(box)
    , m_in(sizeOf(box).voxels())
{
}

imaging::VoxelGrid VoxelSet::boxGrid() const
{
    imaging::VoxelGrid grid;
    grid.columns = size().columns;
    grid.rows = size().rows;
    grid.slices = size().slices;
    grid.spacingMm = m_grid.spacingMm;
    return grid;
}

std::size_t VoxelSet::lineAt(int row, int slice) const
{
    return static_cast<std::size_t>(slice - m_box.firstSlice) * size().sliceVoxels()
        + static_cast<std::size_t>(row - m_box.firstRow) * columns();
}

bool VoxelSet::contains(imaging::VoxelIndex voxel) const
{
    const bool inside = voxel.column >= m_box.firstColumn && voxel.column <= m_box.lastColumn
        && voxel.row >= m_box.firstRow && voxel.row <= m_box.lastRow && voxel.slice >= m_box.firstSlice
        && voxel.slice <= m_box.lastSlice;
    return inside && line(voxel.row, voxel.slice)[static_cast<std::size_t>(voxel.column - m_box.firstColumn)] != 0;
}

void VoxelSet::insert(imaging::VoxelIndex voxel)
{
    line(voxel.row, voxel.slice)[static_cast<std::size_t>(voxel.column - m_box.firstColumn)] = 1;
}

std::size_t VoxelSet::count() const
{
    std::size_t voxels = 0;
    for (const std::uint8_t in : m_in)
        voxels += in;
    return voxels;
}

bool VoxelSet::empty() const
{
    return std::find(m_in.begin(), m_in.end(), 1) == m_in.end();
}

namespace {

/// The box around what `in(row, slice)` finds of each row: first and last column, or nothing.
template <typename InRow> std::optional<MaskRegion> boxAround(const MaskRegion& within, const InRow& inRow)
{
    std::optional<MaskRegion> box;
    std::mutex mutex;
    forEachLayer(within.firstSlice, within.lastSlice, {}, [&](int slice) {
        std::optional<MaskRegion> ofSlice;
        for (int row = within.firstRow; row <= within.lastRow; ++row) {
            const std::optional<std::pair<int, int>> ends = inRow(row, slice);
            if (!ends)
                continue;
            const MaskRegion line{ends->first, ends->second, row, row, slice, slice};
            ofSlice = ofSlice ? united(*ofSlice, line) : line;
        }
        const std::scoped_lock lock(mutex);
        if (ofSlice)
            box = box ? united(*box, *ofSlice) : *ofSlice;
    });
    return box;
}

/// Where `value` is first and last in a row that begins at `firstColumn`.
template <typename Value>
std::optional<std::pair<int, int>> endsOf(std::span<const Value> row, Value value, int firstColumn)
{
    const auto first = std::find(row.begin(), row.end(), value);
    if (first == row.end())
        return std::nullopt;
    const auto last = std::find(row.rbegin(), row.rend(), value);
    return std::pair(firstColumn + static_cast<int>(first - row.begin()),
        firstColumn + static_cast<int>(row.rend() - last) - 1);
}

} // namespace

std::optional<MaskRegion> boxOfLabel(const LabelBlock& block, std::uint16_t value, const MaskRegion& within)
{
    const auto skip = static_cast<std::size_t>(within.firstColumn - block.box.firstColumn);
    const auto columns = static_cast<std::size_t>(sizeOf(within).columns);
    return boxAround(within, [&](int row, int slice) {
        return endsOf(block.line(row, slice).subspan(skip, columns), value, within.firstColumn);
    });
}

std::optional<MaskRegion> boxOfVoxels(const VoxelSet& set)
{
    return boxAround(set.box(), [&](int row, int slice) {
        return endsOf(set.line(row, slice), std::uint8_t{1}, set.box().firstColumn);
    });
}

VoxelSet voxelsWith(const LabelBlock& block, std::uint16_t value, const MaskRegion& box)
{
    VoxelSet set(block.grid, box);
    const auto skip = static_cast<std::size_t>(box.firstColumn - block.box.firstColumn);
    forEachLayer(box.firstSlice, box.lastSlice, {}, [&](int slice) {
        for (int row = box.firstRow; row <= box.lastRow; ++row) {
            const auto to = set.line(row, slice);
            const auto from = block.line(row, slice).subspan(skip, to.size());
            for (std::size_t i = 0; i < to.size(); ++i)
                to[i] = from[i] == value ? 1 : 0;
        }
    });
    return set;
}

VoxelSet cutTo(const VoxelSet& set, const MaskRegion& box)
{
    VoxelSet cut(set.grid(), box);
    const auto both = intersected(set.box(), box);
    if (!both)
        return cut;
    const auto columns = static_cast<std::size_t>(sizeOf(*both).columns);
    forEachLayer(both->firstSlice, both->lastSlice, {}, [&](int slice) {
        for (int row = both->firstRow; row <= both->lastRow; ++row) {
            const auto from = set.line(row, slice)
                                  .subspan(static_cast<std::size_t>(both->firstColumn - set.box().firstColumn), columns);
            std::copy(from.begin(), from.end(),
                cut.line(row, slice).begin() + (both->firstColumn - box.firstColumn));
        }
    });
    return cut;
}

VoxelSet complement(const VoxelSet& set)
{
    VoxelSet rest = set;
    for (std::uint8_t& in : rest.voxels())
        in = in ? 0 : 1;
    return rest;
}

void forEachLayer(int first, int last, std::stop_token stop, const std::function<void(int)>& work)
{
    if (last < first)
        return;
    imaging::parallelFor(
        static_cast<std::size_t>(last - first + 1), imaging::usefulThreads(), [&](std::size_t i) {
            if (!stop.stop_requested())
                work(first + static_cast<int>(i));
        });
}

} // namespace annotations
