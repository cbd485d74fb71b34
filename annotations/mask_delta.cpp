#include "annotations/mask_delta.h"

#include "annotations/label_map.h"
#include "imaging/error.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace annotations {

namespace {

// Memory bound: two threads bring the largest steps under 10 ms.
constexpr std::size_t kVoxelsForTwoThreads = 1u << 21;

void check(const std::vector<MaskRun>& runs, std::uint64_t voxels)
{
    std::uint64_t end = 0;
    bool good = !runs.empty();
    for (const MaskRun& run : runs) {
        good = good && run.count > 0 && run.before != run.after && run.offset >= end && run.offset < voxels
            && run.count <= voxels - run.offset;
        if (!good)
            break;
        end = run.offset + run.count;
    }
    if (!good)
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The recorded edit does not fit the labelmap.");
}

} // namespace

MaskRegion regionOfRun(const MaskRun& run, const imaging::VoxelGrid& grid)
{
    const auto columns = static_cast<std::uint64_t>(grid.columns);
    const auto rows = static_cast<std::uint64_t>(grid.rows);
    const std::uint64_t last = run.offset + run.count - 1;
    const std::uint64_t firstLine = run.offset / columns;
    const std::uint64_t lastLine = last / columns;

    MaskRegion region;
    region.firstSlice = static_cast<int>(firstLine / rows);
    region.lastSlice = static_cast<int>(lastLine / rows);
    const bool oneSlice = region.firstSlice == region.lastSlice;
    region.firstRow = oneSlice ? static_cast<int>(firstLine % rows) : 0;
    region.lastRow = oneSlice ? static_cast<int>(lastLine % rows) : grid.rows - 1;
    const bool oneLine = firstLine == lastLine;
    region.firstColumn = oneLine ? static_cast<int>(run.offset % columns) : 0;
    region.lastColumn = oneLine ? static_cast<int>(last % columns) : grid.columns - 1;
    return region;
}

MaskRegion united(const MaskRegion& a, const MaskRegion& b)
{
    return {std::min(a.firstColumn, b.firstColumn), std::max(a.lastColumn, b.lastColumn),
        std::min(a.firstRow, b.firstRow), std::max(a.lastRow, b.lastRow), std::min(a.firstSlice, b.firstSlice),
        std::max(a.lastSlice, b.lastSlice)};
}

MaskDelta::MaskDelta(std::string name, const imaging::VoxelGrid& grid, std::vector<MaskRun> runs)
    : m_name(std::move(name))
    , m_runs(std::move(runs))
    , m_mapVoxels(grid.voxels())
{
    check(m_runs, m_mapVoxels);
    m_region = regionOfRun(m_runs.front(), grid);
    for (const MaskRun& run : m_runs)
        m_region = united(m_region, regionOfRun(run, grid));
}

std::size_t MaskDelta::voxels() const
{
    std::size_t sum = 0;
    for (const MaskRun& run : m_runs)
        sum += run.count;
    return sum;
}

std::size_t MaskDelta::bytes() const
{
    return sizeof(MaskDelta) + m_name.capacity() + m_runs.capacity() * sizeof(MaskRun);
}

void MaskDelta::write(LabelMap& map, std::uint16_t MaskRun::*value) const
{
    if (map.m_voxels.size() < m_mapVoxels)
        throw imaging::Error(imaging::ErrorKind::Internal, "An edit was applied to a labelmap of another size.");
    const auto fill = [&](std::uint64_t begin, std::uint64_t end) {
        const auto first = std::partition_point(
            m_runs.begin(), m_runs.end(), [begin](const MaskRun& run) { return run.offset + run.count <= begin; });
        for (auto run = first; run != m_runs.end() && run->offset < end; ++run) {
            const std::uint64_t from = std::max(run->offset, begin);
            const std::uint64_t to = std::min(run->offset + run->count, end);
            std::fill_n(map.m_voxels.begin() + static_cast<std::ptrdiff_t>(from), to - from, (*run).*value);
        }
    };
    if (voxels() < kVoxelsForTwoThreads) {
        fill(0, m_mapVoxels);
        return;
    }
    const MaskRun& last = m_runs.back();
    const std::uint64_t middle = m_runs.front().offset + (last.offset + last.count - m_runs.front().offset) / 2;
    const std::jthread firstHalf([&] { fill(0, middle); });
    fill(middle, m_mapVoxels);
}

void MaskDelta::apply(LabelMap& map) const
{
    write(map, &MaskRun::after);
}

void MaskDelta::revert(LabelMap& map) const
{
    write(map, &MaskRun::before);
}

MaskDelta MaskDelta::inverted() const
{
    MaskDelta result = *this;
    for (MaskRun& run : result.m_runs)
        std::swap(run.before, run.after);
    return result;
}

} // namespace annotations
