#include "annotations/filters/value_runs.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace annotations::detail {

namespace {

bool isOneOf(std::span<const std::uint16_t> values, std::uint16_t value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// What may become of one voxel.
class Rule
{
public:
    Rule(const FilterScope& scope, std::span<const std::uint16_t> given)
        : m_scope(scope)
        , m_given(given)
    {
    }

    bool allows(std::uint16_t now, std::uint16_t wanted) const
    {
        if (isOneOf(m_scope.locked, now) || isOneOf(m_scope.locked, wanted))
            return false;
        return now == 0 || now == m_scope.label || m_scope.over == FilterOver::Others || isOneOf(m_given, now);
    }

    std::uint16_t label() const { return m_scope.label; }

private:
    const FilterScope& m_scope;
    std::span<const std::uint16_t> m_given;
};

void append(std::vector<ValueRun>& runs, const ValueRun& run)
{
    const bool goesOn = !runs.empty() && runs.back().offset + runs.back().count == run.offset
        && runs.back().value == run.value;
    if (goesOn)
        runs.back().count += run.count;
    else
        runs.push_back(run);
}

/// Adds what a row becomes to the outcome of its slice.
void appendLine(std::size_t offset, std::span<const std::uint16_t> now, std::span<const std::uint16_t> wanted,
    const Rule& rule, FilterOutcome& to)
{
    for (std::size_t i = 0; i < now.size();) {
        if (now[i] == wanted[i]) {
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        while (end < now.size() && now[end] == now[i] && wanted[end] == wanted[i])
            ++end;
        if (rule.allows(now[i], wanted[i])) {
            append(to.runs, {offset + i, end - i, wanted[i]});
            to.gained += wanted[i] == rule.label() ? end - i : 0;
            to.lost += now[i] == rule.label() ? end - i : 0;
        } else {
            to.kept += end - i;
        }
        i = end;
    }
}

/// The part of a set's row that lies in a row of `columns` from `firstColumn`, and where it begins there.
std::pair<std::span<const std::uint8_t>, std::size_t> partOf(
    const VoxelSet& set, int row, int slice, int firstColumn, std::size_t columns)
{
    const MaskRegion& box = set.box();
    const int first = std::max(box.firstColumn, firstColumn);
    const int last = std::min(box.lastColumn, firstColumn + static_cast<int>(columns) - 1);
    const bool outside = row < box.firstRow || row > box.lastRow || slice < box.firstSlice || slice > box.lastSlice;
    if (outside || first > last)
        return {};
    return {set.line(row, slice).subspan(
                static_cast<std::size_t>(first - box.firstColumn), static_cast<std::size_t>(last - first + 1)),
        static_cast<std::size_t>(first - firstColumn)};
}

} // namespace

FilterOutcome runsFor(const LabelBlock& block, const FilterScope& scope, std::span<const std::uint16_t> given,
    const WantedValues& wanted, std::stop_token stop)
{
    const MaskRegion& box = scope.box;
    const BoxSize size = sizeOf(box);
    const auto columns = static_cast<std::size_t>(size.columns);
    const Rule rule(scope, given);
    std::vector<FilterOutcome> slices(static_cast<std::size_t>(size.slices));
    forEachLayer(box.firstSlice, box.lastSlice, stop, [&](int slice) {
        std::vector<std::uint16_t> line(columns);
        for (int row = box.firstRow; row <= box.lastRow; ++row) {
            const auto now = block.line(row, slice).subspan(
                static_cast<std::size_t>(box.firstColumn - block.box.firstColumn), columns);
            std::copy(now.begin(), now.end(), line.begin());
            wanted(row, slice, now, line);
            appendLine(block.grid.offset({box.firstColumn, row, slice}), now, line, rule,
                slices[static_cast<std::size_t>(slice - box.firstSlice)]);
        }
    });
    FilterOutcome outcome;
    for (const FilterOutcome& of : slices) {
        outcome.kept += of.kept;
        outcome.gained += of.gained;
        outcome.lost += of.lost;
        outcome.runs.insert(outcome.runs.end(), of.runs.begin(), of.runs.end());
    }
    return outcome;
}

WantedValues replaceBy(const VoxelSet& set, std::uint16_t label, int firstColumn)
{
    const WantedValues add = addTo(set, label, firstColumn);
    return [add, label](int row, int slice, std::span<const std::uint16_t> now, std::span<std::uint16_t> wanted) {
        for (std::size_t i = 0; i < now.size(); ++i)
            if (now[i] == label)
                wanted[i] = 0;
        add(row, slice, now, wanted);
    };
}

WantedValues addTo(const VoxelSet& set, std::uint16_t label, int firstColumn)
{
    return [&set, label, firstColumn](
               int row, int slice, std::span<const std::uint16_t>, std::span<std::uint16_t> wanted) {
        const auto [part, begin] = partOf(set, row, slice, firstColumn, wanted.size());
        for (std::size_t i = 0; i < part.size(); ++i)
            if (part[i])
                wanted[begin + i] = label;
    };
}

} // namespace annotations::detail
