#include "annotations/mask_edit.h"

#include "imaging/error.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace annotations {

namespace {

struct Interval
{
    std::uint64_t begin;
    std::uint64_t end;
    std::size_t bufferBegin; // Where its voxels lie in the buffer of former values.
};

/// The union of all runs, sorted.
std::vector<Interval> unionOf(std::vector<MaskRun> runs)
{
    std::sort(runs.begin(), runs.end(), [](const MaskRun& a, const MaskRun& b) { return a.offset < b.offset; });
    std::vector<Interval> intervals;
    for (const MaskRun& run : runs) {
        if (!intervals.empty() && run.offset <= intervals.back().end)
            intervals.back().end = std::max(intervals.back().end, run.offset + run.count);
        else
            intervals.push_back({run.offset, run.offset + run.count, 0});
    }
    std::size_t size = 0;
    for (Interval& interval : intervals) {
        interval.bufferBegin = size;
        size += interval.end - interval.begin;
    }
    return intervals;
}

/// What the intervals held before the first run: later runs are written first, so that the earliest wins.
std::vector<std::uint16_t> formerValues(const std::vector<Interval>& intervals, const std::vector<MaskRun>& runs)
{
    const Interval& last = intervals.back();
    std::vector<std::uint16_t> values(last.bufferBegin + (last.end - last.begin));
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        const auto after = std::upper_bound(intervals.begin(), intervals.end(), run->offset,
            [](std::uint64_t offset, const Interval& i) { return offset < i.begin; });
        const Interval& interval = *std::prev(after);
        const std::size_t at = interval.bufferBegin + (run->offset - interval.begin);
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(at), run->count, run->before);
    }
    return values;
}

void append(std::vector<MaskRun>& runs, const MaskRun& run)
{
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (!runs.empty()) {
        MaskRun& last = runs.back();
        const bool continues = last.offset + last.count == run.offset && last.before == run.before
            && last.after == run.after && std::uint64_t{last.count} + run.count <= kMost;
        if (continues) {
            last.count += run.count;
            return;
        }
    }
    runs.push_back(run);
}

/// Whether no voxel was painted twice, in memory order: what filters and models do.
bool areInOrder(const std::vector<MaskRun>& runs)
{
    return std::is_sorted(runs.begin(), runs.end(),
        [](const MaskRun& later, const MaskRun& earlier) { return later.offset < earlier.offset + earlier.count; });
}

/// The difference between before the first run and now: sorted, without overlap, as few runs as possible.
std::vector<MaskRun> netRuns(const std::vector<MaskRun>& runs, std::span<const std::uint16_t> now)
{
    std::vector<MaskRun> net;
    if (runs.empty())
        return net;
    if (areInOrder(runs))
        return runs; // Each changes its voxels, and append() has put neighbours together.
    const std::vector<Interval> intervals = unionOf(runs);
    const std::vector<std::uint16_t> former = formerValues(intervals, runs);
    for (const Interval& interval : intervals) {
        const std::uint16_t* before = former.data() + interval.bufferBegin;
        for (std::uint64_t offset = interval.begin; offset < interval.end; ++offset, ++before) {
            if (*before != now[offset])
                append(net, {offset, 1, *before, now[offset]});
        }
    }
    return net;
}

} // namespace

MaskEdit::MaskEdit(LabelMap& map, DrawOver rule, std::span<const std::uint16_t> locked,
    const std::optional<ValueGate>& gate)
    : m_map(map)
    , m_rule(rule)
    , m_locked(locked.begin(), locked.end())
    , m_gate(gate)
{
    if (gate && !gate->fits(map.grid()))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Masks can be held to a range of values only on the grey picture that they lie on.");
    std::sort(m_locked.begin(), m_locked.end());
}

MaskEdit::~MaskEdit()
{
    revert();
}

bool MaskEdit::mayChange(std::uint16_t current) const
{
    if (m_rule.mode == DrawOver::Mode::BackgroundOnly && current != 0)
        return false;
    if (m_rule.mode == DrawOver::Mode::OnlyLabel && current != m_rule.label)
        return false;
    return !std::binary_search(m_locked.begin(), m_locked.end(), current);
}

void MaskEdit::paint(imaging::VoxelIndex voxel, std::uint16_t value)
{
    if (grid().contains(voxel))
        paintRun(grid().offset(voxel), 1, value);
}

std::size_t MaskEdit::paintRun(std::size_t offset, std::size_t count, std::uint16_t value)
{
    LabelMap::Voxels& voxels = m_map.m_voxels;
    if (offset > voxels.size() || count > voxels.size() - offset)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "An edit leaves the labelmap.");
    const std::size_t end = offset + count;
    std::size_t held = 0;
    while (offset < end) {
        const std::uint16_t before = voxels[offset];
        std::size_t stop = offset + 1;
        while (stop < end && voxels[stop] == before)
            ++stop;
        if (before == value)
            held += stop - offset;
        else if (mayChange(before))
            held += change(offset, stop - offset, before, value);
        offset = stop;
    }
    return held;
}

/// Of voxels that may be changed those that the gate lets through; gives how many.
std::size_t MaskEdit::change(std::size_t offset, std::size_t count, std::uint16_t before, std::uint16_t after)
{
    if (!m_gate) {
        record(offset, count, before, after);
        return count;
    }
    std::size_t changed = 0;
    forRunsLetThrough(*m_gate, offset, count, [&](std::size_t begin, std::size_t part) {
        record(begin, part, before, after);
        changed += part;
    });
    return changed;
}

void MaskEdit::paintValues(std::size_t offset, std::span<const std::uint16_t> values)
{
    std::size_t begin = 0;
    while (begin < values.size()) {
        std::size_t end = begin + 1;
        while (end < values.size() && values[end] == values[begin])
            ++end;
        paintRun(offset + begin, end - begin, values[begin]);
        begin = end;
    }
}

void MaskEdit::record(std::size_t offset, std::size_t count, std::uint16_t before, std::uint16_t after)
{
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    while (count > 0) {
        const std::size_t part = std::min(count, kMost);
        const MaskRun run{offset, static_cast<std::uint32_t>(part), before, after};
        append(m_runs, run);
        // Written only after it is recorded, so that nothing is lost when memory runs out.
        std::fill_n(m_map.m_voxels.begin() + static_cast<std::ptrdiff_t>(offset), part, after);
        const MaskRegion region = regionOfRun(run, grid());
        m_region = m_region ? united(*m_region, region) : region;
        offset += part;
        count -= part;
    }
}

std::optional<MaskRegion> MaskEdit::takeRegion()
{
    return std::exchange(m_region, std::nullopt);
}

std::optional<MaskDelta> MaskEdit::commit(std::string name)
{
    std::vector<MaskRun> net = netRuns(m_runs, m_map.voxels());
    std::optional<MaskDelta> delta;
    if (!net.empty()) {
        net.shrink_to_fit();
        delta.emplace(std::move(name), grid(), std::move(net));
    }
    m_runs.clear();
    return delta;
}

void MaskEdit::revert()
{
    for (auto run = m_runs.rbegin(); run != m_runs.rend(); ++run) {
        std::fill_n(m_map.m_voxels.begin() + static_cast<std::ptrdiff_t>(run->offset), run->count, run->before);
        const MaskRegion region = regionOfRun(*run, grid());
        m_region = m_region ? united(*m_region, region) : region;
    }
    m_runs.clear();
}

} // namespace annotations
