#include "annotations/journal_compact.h"

#include "annotations/journal_record.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace annotations {

namespace {

using Runs = std::vector<MaskRun>;

/// Adds a run behind all others; what changes nothing is left out, what continues the last one makes that longer.
void add(Runs& runs, std::uint64_t begin, std::uint64_t end, std::uint16_t before, std::uint16_t after)
{
    constexpr std::uint64_t kLongest = UINT32_MAX;
    if (before == after || begin == end)
        return;
    if (!runs.empty()) {
        auto& last = runs.back();
        if (last.offset + last.count == begin && last.before == before && last.after == after
            && end - last.offset <= kLongest) {
            last.count = static_cast<std::uint32_t>(end - last.offset);
            return;
        }
    }
    runs.push_back({begin, static_cast<std::uint32_t>(end - begin), before, after});
}

/// What two steps one after the other do together.
Runs together(const Runs& first, const Runs& then)
{
    Runs both;
    both.reserve(std::max(first.size(), then.size()));
    std::uint64_t at = 0;
    for (auto a = first.begin(), b = then.begin(); a != first.end() || b != then.end();) {
        const auto endOf = [](auto run) { return run->offset + run->count; };
        const bool hasA = a != first.end();
        const bool hasB = b != then.end();
        const std::uint64_t beginA = hasA ? std::max(a->offset, at) : UINT64_MAX;
        const std::uint64_t beginB = hasB ? std::max(b->offset, at) : UINT64_MAX;
        const std::uint64_t begin = std::min(beginA, beginB);
        const bool inA = beginA == begin;
        const bool inB = beginB == begin;
        std::uint64_t end = std::min(inA ? endOf(a) : beginA, inB ? endOf(b) : beginB);
        add(both, begin, end, inA ? a->before : b->before, inB ? b->after : a->after);
        at = end;
        if (hasA && endOf(a) <= at)
            ++a;
        if (hasB && endOf(b) <= at)
            ++b;
    }
    return both;
}

/// Two halves at a time, so that a long list of small steps is not copied once for each of them.
Runs together(std::span<const JournalStep> steps)
{
    if (steps.empty())
        return {};
    if (steps.size() == 1)
        return steps[0].mask ? steps[0].mask->runs() : Runs();
    const auto half = steps.size() / 2;
    return together(together(steps.first(half)), together(steps.subspan(half)));
}

/// The record of one step that does what all of these do; nothing when they do nothing.
std::optional<std::string> recordOf(std::span<const JournalStep> steps, const imaging::VoxelGrid& grid)
{
    const std::string name = "Earlier steps";
    Runs runs = together(steps);
    std::optional<MaskDelta> mask;
    if (!runs.empty())
        mask.emplace(name, grid, std::move(runs));
    const auto last =
        std::find_if(steps.rbegin(), steps.rend(), [](const JournalStep& step) { return step.labels.has_value(); });
    const auto measured = std::find_if(
        steps.rbegin(), steps.rend(), [](const JournalStep& step) { return step.measurements.has_value(); });
    if (measured != steps.rend())
        return journalRecord(name, mask ? &*mask : nullptr, last == steps.rend() ? nullptr : &*last->labels,
            *measured->measurements);
    if (last == steps.rend())
        return mask ? std::optional(journalRecord(*mask)) : std::nullopt;
    const bool views = std::all_of(steps.begin(), steps.end(), [](const JournalStep& step) { return step.name.empty(); });
    return journalRecord(views && !mask ? std::string() : name, mask ? &*mask : nullptr, *last->labels);
}

} // namespace

std::vector<std::string> compacted(
    std::span<const std::string> records, const imaging::VoxelGrid& grid, std::uint64_t keptBytes)
{
    std::size_t head = records.size();
    for (std::uint64_t kept = 0; head > 0 && kept + records[head - 1].size() <= keptBytes; --head)
        kept += records[head - 1].size();
    JournalContent content;
    for (const std::string& record : records.first(head))
        takeJournalRecord(record, grid, content);
    const std::span<const JournalStep> steps(content.steps);
    std::vector<std::string> result;
    const auto put = [&](std::optional<std::string> record) {
        if (record)
            result.push_back(std::move(*record));
    };
    if (content.study)
        result.push_back(journalRecord(*content.study));
    put(recordOf(steps.first(content.savedSteps), grid));
    if (content.saved)
        result.push_back(journalRecord(*content.saved));
    put(recordOf(steps.subspan(content.savedSteps), grid));
    std::copy(records.begin() + static_cast<std::ptrdiff_t>(head), records.end(), std::back_inserter(result));
    return result;
}

} // namespace annotations
