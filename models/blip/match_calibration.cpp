#include "models/blip/match_calibration.h"

#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace models::blip {

namespace {

using nlohmann::json;

constexpr std::size_t kMostPoints = 10000;

bool isShare(const json& value)
{
    return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1;
}

bool isPoint(const json& value)
{
    return value.is_array() && value.size() == 2 && isShare(value[0]) && isShare(value[1]);
}

/// Where the share does not rise with the score, the score tells nothing.
bool tellsApart(const scoring::MatchCalibration& calibration)
{
    return calibration.points.front()[1] < calibration.points.back()[1];
}

bool ascends(const std::vector<std::array<double, 2>>& points, std::size_t what)
{
    return std::is_sorted(
        points.begin(), points.end(), [what](const auto& a, const auto& b) { return a[what] < b[what]; });
}

std::optional<scoring::MatchCalibration> parsed(const json& said)
{
    const auto points = said.is_object() ? said.value("points", json()) : json();
    if (!points.is_array() || points.empty() || points.size() > kMostPoints || !isShare(said.value("threshold", json()))
        || !std::all_of(points.begin(), points.end(), isPoint))
        return std::nullopt;
    scoring::MatchCalibration calibration{said["threshold"].get<double>(), {}, {}};
    for (const auto& point : points)
        calibration.points.push_back({point[0].get<double>(), point[1].get<double>()});
    const auto blind = said.value("not_told_apart", json());
    for (const auto change : scoring::kTextChanges)
        if (blind.is_array() && std::find(blind.begin(), blind.end(), scoring::nameOf(change)) != blind.end())
            calibration.notToldApart.push_back(change);
    return ascends(calibration.points, 0) && ascends(calibration.points, 1) ? std::optional(calibration) : std::nullopt;
}

const char* wrongOf(scoring::TextChange change)
{
    switch (change) {
    case scoring::TextChange::Side:
        return "a wrong side";
    case scoring::TextChange::Zone:
        return "wrong zones";
    case scoring::TextChange::Number:
        return "a wrong number of areas";
    case scoring::TextChange::Any:
        break;
    }
    return "another picture's report";
}

} // namespace

std::optional<scoring::MatchCalibration> readCalibration(
    const std::filesystem::path& folder, imaging::Warnings& warnings)
{
    const auto said = saidInConfig(folder, "match_calibration").value_or(json());
    if (said.is_null())
        return std::nullopt;
    auto calibration = parsed(said);
    if (calibration && tellsApart(*calibration))
        return calibration;
    warnings.push_back((folder / "config.json").string()
        + (calibration
                ? ": by \"match_calibration\", scores of this model tell texts that fit from others no better than "
                  "chance does: a high one says nothing."
                : ": what it says of the worth of scores (\"match_calibration\") is not understood: they are told "
                  "as they are."));
    return std::nullopt;
}

std::optional<std::string> blindnessOf(const scoring::MatchCalibration& calibration)
{
    if (calibration.notToldApart.empty())
        return std::nullopt;
    std::string names;
    for (const auto change : calibration.notToldApart)
        names += std::string(names.empty() ? "" : ", ") + wrongOf(change);
    return "This model's score is no lower for " + names + ": compare that with the picture yourself.";
}

double shareAt(const scoring::MatchCalibration& calibration, double score)
{
    const auto& points = calibration.points;
    const auto above = std::upper_bound(
        points.begin(), points.end(), score, [](double value, const auto& point) { return value < point[0]; });
    if (above == points.begin())
        return points.front()[1];
    if (above == points.end())
        return points.back()[1];
    const auto& [from, least] = *(above - 1);
    const auto& [to, most] = *above;
    return std::lerp(least, most, (score - from) / (to - from));
}

std::optional<double> scoreOfHalf(const scoring::MatchCalibration& calibration)
{
    constexpr double kHalf = 0.5;
    const auto& points = calibration.points;
    const auto above =
        std::find_if(points.begin(), points.end(), [](const auto& point) { return point[1] >= kHalf; });
    if (above == points.end())
        return std::nullopt;
    if (above == points.begin())
        return 0; // Beyond the first point the share is that of the first.
    const auto& [from, less] = *(above - 1);
    const auto& [to, more] = *above;
    return std::lerp(from, to, (kHalf - less) / (more - less));
}

} // namespace models::blip
