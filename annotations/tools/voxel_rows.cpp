#include "annotations/tools/voxel_rows.h"

#include "annotations/tools/plane_cut.h"

#include <algorithm>
#include <array>

namespace annotations::detail {

VoxelRows::VoxelRows(const imaging::VoxelGrid& grid, const imaging::Plane& plane)
    : m_grid(grid)
    , m_box{0, grid.columns - 1, 0, grid.rows - 1, 0, grid.slices - 1}
{
    const PlaneCut cut(grid, plane);
    m_rows.reserve(static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.slices));
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row) {
            const auto part = cut.cutPart(cut.rowStart(row, slice)[2]);
            const auto [first, last] = wholeNumbers(part.first, part.last, grid.columns);
            append(first, last);
        }
}

VoxelRows::VoxelRows(const imaging::VoxelGrid& grid, const MaskRegion& box)
    : m_grid(grid)
    , m_box{std::max(box.firstColumn, 0), std::min(box.lastColumn, grid.columns - 1), std::max(box.firstRow, 0),
          std::min(box.lastRow, grid.rows - 1), std::max(box.firstSlice, 0), std::min(box.lastSlice, grid.slices - 1)}
{
    for (int slice = m_box.firstSlice; slice <= m_box.lastSlice; ++slice)
        for (int row = m_box.firstRow; row <= m_box.lastRow; ++row)
            append(m_box.firstColumn, m_box.lastColumn);
}

void VoxelRows::append(int first, int last)
{
    m_rows.push_back({first, last, m_size});
    if (first <= last)
        m_size += static_cast<std::size_t>(last - first) + 1;
}

const VoxelRows::Row* VoxelRows::rowAt(int row, int slice) const
{
    if (row < m_box.firstRow || row > m_box.lastRow || slice < m_box.firstSlice || slice > m_box.lastSlice)
        return nullptr;
    const auto rows = static_cast<std::size_t>(m_box.lastRow - m_box.firstRow) + 1;
    return &m_rows[static_cast<std::size_t>(slice - m_box.firstSlice) * rows
        + static_cast<std::size_t>(row - m_box.firstRow)];
}

std::optional<std::size_t> VoxelRows::numberOf(imaging::VoxelIndex voxel) const
{
    const Row* row = rowAt(voxel.row, voxel.slice);
    if (!row || voxel.column < row->first || voxel.column > row->last)
        return std::nullopt;
    return row->begin + static_cast<std::size_t>(voxel.column - row->first);
}

std::vector<RowSpan> VoxelRows::all() const
{
    std::vector<RowSpan> spans;
    auto at = m_rows.begin();
    for (int slice = m_box.firstSlice; slice <= m_box.lastSlice; ++slice)
        for (int row = m_box.firstRow; row <= m_box.lastRow; ++row, ++at)
            if (at->first <= at->last)
                spans.push_back({at->first, at->last, row, slice});
    return spans;
}

/// From a voxel that is in as far as its row is in on both sides.
void VoxelRows::takeSpan(
    int column, int row, int slice, std::span<std::uint8_t> in, std::vector<RowSpan>& spans) const
{
    const Row& line = *rowAt(row, slice);
    std::uint8_t* const flags = in.data() + line.begin;
    int first = column - line.first;
    int last = first;
    while (first > 0 && flags[first - 1] != 0)
        --first;
    while (last < line.last - line.first && flags[last + 1] != 0)
        ++last;
    std::fill(flags + first, flags + last + 1, std::uint8_t{0});
    spans.push_back({first + line.first, last + line.first, row, slice});
}

std::vector<RowSpan> VoxelRows::connected(imaging::VoxelIndex seed, std::span<std::uint8_t> in) const
{
    std::vector<RowSpan> spans;
    const auto number = numberOf(seed);
    if (!number || in[*number] == 0)
        return spans;
    takeSpan(seed.column, seed.row, seed.slice, in, spans);
    constexpr std::array<std::array<int, 2>, 4> kBeside{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};
    for (std::size_t i = 0; i < spans.size(); ++i) { // It grows meanwhile.
        const RowSpan span = spans[i];
        for (const auto& [byRow, bySlice] : kBeside) {
            const Row* line = rowAt(span.row + byRow, span.slice + bySlice);
            if (!line)
                continue;
            const std::uint8_t* const flags = in.data() + line->begin;
            const int last = std::min(span.last, line->last);
            for (int column = std::max(span.first, line->first); column <= last; ++column)
                if (flags[column - line->first] != 0) {
                    takeSpan(column, span.row + byRow, span.slice + bySlice, in, spans);
                    column = spans.back().last; // The next one is out.
                }
        }
    }
    return spans;
}

} // namespace annotations::detail
