#include "annotations/cohort/cohort_types.h"

#include <array>
#include <cstddef>
#include <cstdio>

namespace annotations {

namespace {

constexpr std::array<std::string_view, kCaseStates> kStateNames{
    "unlabelled", "predicted", "labelled", "accepted", "edited", "rejected"};

constexpr std::array<std::string_view, kActions> kActionNames{
    "imported", "predicted", "accepted", "edited", "rejected", "reopened", "text changed", "not drawn"};

} // namespace

std::string textOf(CohortTime time)
{
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time - days).count();
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(seconds / 3600),
        static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    return text;
}

std::string_view nameOf(CaseState state)
{
    return kStateNames[static_cast<std::size_t>(state)];
}

std::optional<CaseState> caseStateOf(std::string_view name)
{
    for (std::size_t index = 0; index < kStateNames.size(); ++index)
        if (kStateNames[index] == name)
            return static_cast<CaseState>(index);
    return {};
}

std::string_view nameOf(Action action)
{
    return kActionNames[static_cast<std::size_t>(action)];
}

double uncertaintyOf(const Scores& scores)
{
    double certain = 1;
    bool known = false;
    for (const auto& score : {scores.entropy, scores.disagreement, scores.mismatch}) {
        if (!score)
            continue;
        known = true;
        certain *= 1 - *score;
    }
    return known ? 1 - certain : -1;
}

} // namespace annotations
