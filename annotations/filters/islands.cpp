#include "annotations/filters/islands.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace annotations {

namespace {

/// Which numbers stand for the same island.
class Unions
{
public:
    explicit Unions(std::size_t count)
        : m_parents(count)
    {
        std::iota(m_parents.begin(), m_parents.end(), 0U);
    }

    std::uint32_t rootOf(std::uint32_t number)
    {
        while (m_parents[number] != number) {
            m_parents[number] = m_parents[m_parents[number]];
            number = m_parents[number];
        }
        return number;
    }

    void unite(std::uint32_t a, std::uint32_t b)
    {
        a = rootOf(a);
        b = rootOf(b);
        m_parents[std::max(a, b)] = std::min(a, b); // The root is the run that comes first.
    }

private:
    std::vector<std::uint32_t> m_parents;
};

void appendRuns(const VoxelSet& set, int slice, std::vector<IslandRun>& runs, std::vector<std::size_t>& starts)
{
    for (int row = set.box().firstRow; row <= set.box().lastRow; ++row) {
        starts.push_back(runs.size());
        const auto line = set.line(row, slice);
        for (auto from = std::find(line.begin(), line.end(), 1); from != line.end();) {
            const auto to = std::find(from, line.end(), 0);
            const int first = set.box().firstColumn + static_cast<int>(from - line.begin());
            runs.push_back({first, first + static_cast<int>(to - from) - 1, row, slice, 0});
            from = std::find(to, line.end(), 1);
        }
    }
}

/// Runs of all rows, and where each row's begin, with the end behind the last.
struct RowRuns
{
    std::vector<IslandRun> runs;
    std::vector<std::size_t> starts;
};

RowRuns rowRunsOf(const VoxelSet& set, std::stop_token stop)
{
    const BoxSize size = set.size();
    std::vector<RowRuns> slices(static_cast<std::size_t>(size.slices));
    forEachLayer(0, size.slices - 1, stop, [&](int i) {
        RowRuns& of = slices[static_cast<std::size_t>(i)];
        appendRuns(set, set.box().firstSlice + i, of.runs, of.starts);
    });
    RowRuns all;
    for (const RowRuns& of : slices) {
        for (const std::size_t start : of.starts)
            all.starts.push_back(all.runs.size() + start);
        all.runs.insert(all.runs.end(), of.runs.begin(), of.runs.end());
    }
    all.starts.push_back(all.runs.size());
    return all;
}

/// Unites the runs of two neighbouring rows that touch; `reach` 1 counts corners, too.
void uniteRows(const RowRuns& rows, std::size_t a, std::size_t b, int reach, Unions& unions)
{
    std::size_t i = rows.starts[a];
    std::size_t j = rows.starts[b];
    while (i < rows.starts[a + 1] && j < rows.starts[b + 1]) {
        const IslandRun& one = rows.runs[i];
        const IslandRun& other = rows.runs[j];
        if (one.firstColumn <= other.lastColumn + reach && other.firstColumn <= one.lastColumn + reach)
            unions.unite(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
        if (one.lastColumn < other.lastColumn)
            ++i;
        else
            ++j;
    }
}

void uniteAll(const RowRuns& rows, const BoxSize& size, Neighbours neighbours, Unions& unions, std::stop_token stop)
{
    const int reach = neighbours == Neighbours::Corners ? 1 : 0;
    const auto rowAt = [&](int row, int slice) {
        return static_cast<std::size_t>(slice) * static_cast<std::size_t>(size.rows) + static_cast<std::size_t>(row);
    };
    for (int slice = 0; slice < size.slices && !stop.stop_requested(); ++slice)
        for (int row = 0; row < size.rows; ++row) {
            if (row > 0)
                uniteRows(rows, rowAt(row - 1, slice), rowAt(row, slice), reach, unions);
            for (int other = std::max(0, row - reach); slice > 0 && other <= std::min(size.rows - 1, row + reach); ++other)
                uniteRows(rows, rowAt(other, slice - 1), rowAt(row, slice), reach, unions);
        }
}

/// Numbers islands by size; `runs` hold the roots of theirs.
Islands sortedBySize(std::vector<IslandRun> runs)
{
    std::vector<std::size_t> ofRoot(runs.size());
    for (const IslandRun& run : runs)
        ofRoot[run.island] += static_cast<std::size_t>(run.lastColumn - run.firstColumn + 1);
    std::vector<std::uint32_t> roots;
    for (std::size_t i = 0; i < ofRoot.size(); ++i)
        if (ofRoot[i] > 0)
            roots.push_back(static_cast<std::uint32_t>(i));
    std::stable_sort(
        roots.begin(), roots.end(), [&](std::uint32_t a, std::uint32_t b) { return ofRoot[a] > ofRoot[b]; });
    Islands islands;
    std::vector<std::uint32_t> number(runs.size());
    for (const std::uint32_t root : roots) {
        number[root] = static_cast<std::uint32_t>(islands.voxels.size());
        islands.voxels.push_back(ofRoot[root]);
    }
    for (IslandRun& run : runs)
        run.island = number[run.island];
    islands.runs = std::move(runs);
    return islands;
}

} // namespace

Islands islandsOf(const VoxelSet& set, Neighbours neighbours, std::stop_token stop)
{
    RowRuns rows = rowRunsOf(set, stop);
    if (stop.stop_requested())
        return {};
    Unions unions(rows.runs.size());
    uniteAll(rows, set.size(), neighbours, unions, stop);
    for (std::size_t i = 0; i < rows.runs.size(); ++i)
        rows.runs[i].island = unions.rootOf(static_cast<std::uint32_t>(i));
    return sortedBySize(std::move(rows.runs));
}

VoxelSet onlyIslands(const VoxelSet& set, const Islands& islands, const std::function<bool(std::uint32_t)>& keep)
{
    std::vector<std::uint8_t> kept(islands.voxels.size());
    for (std::size_t i = 0; i < kept.size(); ++i)
        kept[i] = keep(static_cast<std::uint32_t>(i)) ? 1 : 0;
    VoxelSet result(set.grid(), set.box());
    for (const IslandRun& run : islands.runs) {
        if (!kept[run.island])
            continue;
        const auto line = result.line(run.row, run.slice)
                              .subspan(static_cast<std::size_t>(run.firstColumn - set.box().firstColumn),
                                  static_cast<std::size_t>(run.lastColumn - run.firstColumn + 1));
        std::fill(line.begin(), line.end(), std::uint8_t{1});
    }
    return result;
}

VoxelSet keepLargest(const VoxelSet& set, int count, std::stop_token stop)
{
    return onlyIslands(set, islandsOf(set, Neighbours::Corners, stop),
        [count](std::uint32_t island) { return island < static_cast<std::uint32_t>(std::max(count, 0)); });
}

VoxelSet removeSmall(const VoxelSet& set, std::size_t smallest, std::stop_token stop)
{
    const Islands islands = islandsOf(set, Neighbours::Corners, stop);
    return onlyIslands(set, islands, [&](std::uint32_t island) { return islands.voxels[island] >= smallest; });
}

VoxelSet keepIslandAt(const VoxelSet& set, imaging::VoxelIndex voxel, std::stop_token stop)
{
    const Islands islands = islandsOf(set, Neighbours::Corners, stop);
    const auto under = std::find_if(islands.runs.begin(), islands.runs.end(), [&](const IslandRun& run) {
        return run.slice == voxel.slice && run.row == voxel.row && run.firstColumn <= voxel.column
            && voxel.column <= run.lastColumn;
    });
    if (under == islands.runs.end())
        return VoxelSet(set.grid(), set.box());
    return onlyIslands(set, islands, [&](std::uint32_t island) { return island == under->island; });
}

VoxelSet holesFilled(const VoxelSet& set, const MaskRegion& within, std::stop_token stop)
{
    const auto drawn = boxOfVoxels(set);
    if (!drawn)
        return set;
    const MaskRegion box = widenedBy(*drawn, 1, within);
    VoxelSet filled = cutTo(set, box);
    const Islands gaps = islandsOf(complement(filled), Neighbours::Faces, stop);
    std::vector<std::uint8_t> open(gaps.voxels.size());
    const bool flat = within.firstSlice == within.lastSlice;
    const bool flatRows = within.firstRow == within.lastRow;
    const bool flatColumns = within.firstColumn == within.lastColumn;
    for (const IslandRun& run : gaps.runs) {
        const bool atSlice = !flat && (run.slice == box.firstSlice || run.slice == box.lastSlice);
        const bool atRow = !flatRows && (run.row == box.firstRow || run.row == box.lastRow);
        const bool atColumn =
            !flatColumns && (run.firstColumn == box.firstColumn || run.lastColumn == box.lastColumn);
        if (atSlice || atRow || atColumn)
            open[run.island] = 1;
    }
    const VoxelSet holes = onlyIslands(filled, gaps, [&](std::uint32_t island) { return !open[island]; });
    for (std::size_t i = 0; i < filled.voxels().size(); ++i)
        filled.voxels()[i] |= holes.voxels()[i];
    return filled;
}

} // namespace annotations
