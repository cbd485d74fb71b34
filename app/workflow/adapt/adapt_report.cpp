#include "app/workflow/adapt/adapt.h"

#include "imaging/files/atomic_file.h"
#include "models/facade/adapt_settings.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <optional>

namespace app {

namespace {

using nlohmann::json;

json jsonOf(const ClassScores& scores)
{
    auto classes = json::array();
    for (const auto& one : scores.classes)
        classes.push_back(
            {{"class", one.name}, {"pictures", one.pictures}, {"accuracy", one.accuracy}, {"f1", one.f1}});
    return {{"pictures", scores.pictures}, {"unread", scores.unread}, {"accuracy", scores.accuracy},
        {"error", scores.error()}, {"macro_f1", scores.macroF1}, {"classes", classes}};
}

json jsonOf(const AdaptRun& run)
{
    auto sets = json::array();
    for (const auto& set : run.sets)
        sets.push_back({{"name", set.name}, {"zero_shot", jsonOf(set.zeroShot)},
            {"learnt", set.learnt ? jsonOf(*set.learnt) : json()}});
    return {{"seed", run.seed}, {"output", run.output.string()}, {"pictures", run.shown}, {"epochs", run.result.epochs},
        {"seconds", run.result.seconds}, {"sets", sets}};
}

constexpr std::size_t kName = 24, kCell = 18; // Columns of the table, in characters.

enum class Who { ZeroShot, Learnt };

/// Accuracies, or macro-F1, of a set over the runs that have it.
std::vector<double> valuesOf(const AdaptReport& report, const std::string& set, Who who, double ClassScores::* figure)
{
    std::vector<double> values;
    for (const auto& run : report.runs)
        for (const auto& one : run.sets)
            if (one.name == set && (who == Who::ZeroShot || one.learnt))
                values.push_back((who == Who::ZeroShot ? one.zeroShot : *one.learnt).*figure);
    return values;
}

std::vector<std::string> setNames(const AdaptReport& report)
{
    std::vector<std::string> names;
    if (!report.runs.empty())
        for (const auto& set : report.runs.front().sets)
            names.push_back(set.name);
    return names;
}

std::string cell(const std::vector<double>& values)
{
    if (values.empty())
        return "-";
    const auto figures = meanOf(values);
    char text[48];
    if (values.size() > 1)
        std::snprintf(text, sizeof text, "%.2f +- %.2f", 100 * figures.mean, 100 * figures.deviation);
    else
        std::snprintf(text, sizeof text, "%.2f", 100 * figures.mean);
    return text;
}

bool isBaseToNovel(const AdaptReport& report)
{
    return report.options.protocol == models::AdaptProtocol::BaseToNovel;
}

/// Of the averaged accuracies of base and novel, as the authors' tables have it.
std::optional<double> harmonicMeanOf(const AdaptReport& report, Who who)
{
    const auto base = valuesOf(report, "base", who, &ClassScores::accuracy);
    const auto novel = valuesOf(report, "novel", who, &ClassScores::accuracy);
    if (base.empty() || novel.empty())
        return std::nullopt;
    return harmonicMean(meanOf(base).mean, meanOf(novel).mean);
}

std::string padded(std::string text, std::size_t width)
{
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
}

std::string rowOf(const AdaptReport& report, const std::string& name, Who who, double ClassScores::* figure)
{
    auto line = padded(name, kName);
    for (const auto& set : setNames(report))
        line += padded(cell(valuesOf(report, set, who, figure)), kCell);
    const auto mean =
        isBaseToNovel(report) && figure == &ClassScores::accuracy ? harmonicMeanOf(report, who) : std::nullopt;
    if (mean)
        line += cell({*mean});
    return line;
}

} // namespace

std::vector<std::string> reportTable(const AdaptReport& report)
{
    if (setNames(report).empty())
        return {};
    auto head = padded("% of the pictures", kName);
    for (const auto& set : setNames(report))
        head += padded(set, kCell);
    const auto method = models::wordOf(report.options.method);
    return {head + (isBaseToNovel(report) ? "HM" : ""),
        rowOf(report, "zero-shot", Who::ZeroShot, &ClassScores::accuracy),
        rowOf(report, method, Who::Learnt, &ClassScores::accuracy),
        rowOf(report, "zero-shot, macro-F1", Who::ZeroShot, &ClassScores::macroF1),
        rowOf(report, method + ", macro-F1", Who::Learnt, &ClassScores::macroF1)};
}

std::string reportJson(const AdaptReport& report)
{
    auto means = json::array();
    for (const auto& set : setNames(report)) {
        json one{{"name", set}};
        for (const auto& [key, who] : {std::pair{"zero_shot", Who::ZeroShot}, {"learnt", Who::Learnt}}) {
            const auto accuracy = valuesOf(report, set, who, &ClassScores::accuracy);
            const auto figures = meanOf(accuracy);
            one[key] = accuracy.empty()
                ? json()
                : json{{"accuracy", figures.mean}, {"deviation", figures.deviation}, {"error", 1 - figures.mean},
                      {"macro_f1", meanOf(valuesOf(report, set, who, &ClassScores::macroF1)).mean}};
        }
        means.push_back(std::move(one));
    }
    json document{{"method", models::wordOf(report.options.method)},
        {"protocol", models::wordOf(report.options.protocol)}, {"model", report.options.model.string()},
        {"output", report.options.output.string()}, {"shots", report.options.shots}, {"classes", report.classes},
        {"settings", json::parse(models::optionsToJson(report.options))}, {"means", means}, {"runs", json::array()},
        {"cancelled", report.cancelled}, {"warnings", report.warnings}};
    for (const auto& run : report.runs)
        document["runs"].push_back(jsonOf(run));
    for (const auto& [key, who] : {std::pair{"zero_shot", Who::ZeroShot}, {"learnt", Who::Learnt}})
        if (const auto mean = harmonicMeanOf(report, who))
            document["harmonic_mean"][key] = *mean;
    return document.dump(2, ' ', false, json::error_handler_t::replace);
}

void writeReport(const AdaptReport& report)
{
    imaging::writeFileAtomically(report.options.output / "scores.json", reportJson(report) + "\n");
}

} // namespace app
