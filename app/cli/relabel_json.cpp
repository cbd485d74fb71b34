#include "app/cli/relabel_json.h"

#include "annotations/report/report_words.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace app::cli {

namespace {

nlohmann::json numberOrNull(const std::optional<double>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json scoresJson(const annotations::Scores& scores)
{
    return {{"entropy", numberOrNull(scores.entropy)}, {"disagreement", numberOrNull(scores.disagreement)},
        {"mismatch", numberOrNull(scores.mismatch)}};
}

/// Each on a line of its own below what it is about.
std::string indented(const std::vector<std::string>& warnings)
{
    std::string lines;
    for (const auto& warning : warnings)
        lines += "\n         ! " + warning;
    return lines;
}

} // namespace

nlohmann::json jsonOf(const annotations::Study& study)
{
    return {{"id", study.name}, {"state", annotations::nameOf(study.state)}, {"revision", study.revision},
        {"mask_revision", study.maskRevision}, {"picture", study.picture}, {"slice", study.slice},
        {"columns", study.columns}, {"rows", study.rows}, {"text", study.text}, {"split", study.split},
        {"scores", scoresJson(study.scores)},
        {"uncertainty", study.uncertainty < 0 ? nlohmann::json() : nlohmann::json(study.uncertainty)},
        {"claimed_by", study.claimedBy}, {"warnings", study.warnings}};
}

nlohmann::json jsonOf(const annotations::HistoryEntry& entry)
{
    return {{"revision", entry.revision}, {"action", annotations::nameOf(entry.action)},
        {"time", annotations::textOf(entry.time)}, {"who", entry.who}, {"text", entry.text},
        {"model", entry.model.name}, {"model_version", entry.model.version}, {"model_sha256", entry.model.sha256},
        {"run", entry.model.run}, {"model_text", entry.modelText}, {"threshold", numberOrNull(entry.threshold)},
        {"scores", scoresJson(entry.scores)}, {"mask_revision", entry.maskRevision}, {"mask", entry.maskFile},
        {"note", entry.note}, {"conflicting", entry.conflicting}, {"warnings", entry.warnings}};
}

nlohmann::json jsonOf(const annotations::TrainingRun& run, const std::vector<annotations::CurvePoint>& curves)
{
    nlohmann::json points = nlohmann::json::array();
    for (const auto& point : curves) {
        nlohmann::json json{{"epoch", point.epoch}};
        for (const auto& [name, value] : point.values)
            json[name] = value;
        points.push_back(std::move(json));
    }
    return {{"id", run.id}, {"name", run.name}, {"folder", run.folder}, {"state", annotations::nameOf(run.state)},
        {"who", run.who}, {"started", annotations::textOf(run.started)}, {"updated", annotations::textOf(run.updated)},
        {"labelled", run.labelled}, {"unlabelled", run.unlabelled}, {"validation", run.validation},
        {"epochs", run.epochs}, {"best_epoch", run.bestEpoch}, {"best_dice", run.bestDice}, {"stage", run.stage},
        {"curves", points}};
}

nlohmann::json jsonOf(const annotations::CohortCounts& counts)
{
    nlohmann::json json{{"studies", counts.studies}, {"with_text", counts.texts}, {"to_review", counts.open()}};
    for (int state = 0; state < annotations::kCaseStates; ++state) {
        const auto value = static_cast<annotations::CaseState>(state);
        json[std::string(annotations::nameOf(value))] = counts.of(value);
    }
    return json;
}

std::string lineOf(const annotations::Study& study)
{
    char start[80];
    std::snprintf(
        start, sizeof start, "%s  %-10s  ", study.name.c_str(), std::string(annotations::nameOf(study.state)).c_str());
    char score[16] = "   -";
    if (study.uncertainty >= 0)
        std::snprintf(score, sizeof score, "%.2f", study.uncertainty);
    const std::string claim = study.claimedBy.empty() ? std::string() : "  [" + study.claimedBy + "]";
    return start + std::string(score) + "  " + (study.text.empty() ? "(no text)" : study.text) + claim
        + indented(study.warnings);
}

std::string lineOf(const annotations::HistoryEntry& entry)
{
    std::string line = std::to_string(entry.revision) + "  " + annotations::textOf(entry.time) + "  "
        + std::string(annotations::nameOf(entry.action)) + " by " + entry.who;
    if (!entry.model.name.empty())
        line += ", model " + entry.model.name + " " + entry.model.sha256.substr(0, 12) + " from \""
            + (entry.modelText.empty() ? entry.text : entry.modelText) + "\"";
    if (!entry.note.empty())
        line += ", \"" + entry.note + "\"";
    return (entry.conflicting ? line + " (came too late, changed nothing)" : line) + indented(entry.warnings);
}

std::string lineOf(const annotations::TrainingRun& run, annotations::CohortTime now)
{
    const bool killed = run.state == annotations::RunState::Running && !annotations::isAlive(run, now);
    char figures[160];
    std::snprintf(figures, sizeof figures, ", best Dice %.2f in epoch %d, %d labelled, %d unlabelled, %d kept aside",
        100 * run.bestDice, run.bestEpoch, run.labelled, run.unlabelled, run.validation);
    return "run " + std::to_string(run.id) + "  " + (killed ? "killed" : std::string(annotations::nameOf(run.state)))
        + "  " + annotations::counted(std::size_t(run.epochs), "epoch") + figures
        + (run.stage.empty() ? "" : "\n       " + run.stage);
}

} // namespace app::cli
