#include "app/workflow/evaluation/evaluation_files.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

namespace app {

namespace {

std::string quoted(const std::string& field)
{
    std::string text = "\"";
    for (const char character : field)
        text += character == '"' ? std::string("\"\"") : std::string(1, character);
    return text + "\"";
}

std::string decimal(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6f", value);
    return text.data();
}

std::string caseLine(const EvaluationResult& result, const TextScores& text, std::size_t index)
{
    const auto& score = text.cases[index];
    const auto& facts = result.facts[index];
    std::string line = quoted(result.cases[index].image);
    for (const auto& field : {text.text, text.way, text.wording, text.sent[index]})
        line += "," + quoted(field);
    line += "," + decimal(models::scoring::dice(score.pixels)) + "," + decimal(models::scoring::iou(score.pixels)) + ","
        + (score.hausdorff95 ? decimal(*score.hausdorff95) : std::string()) + "," + decimal(score.surfaceDice) + ","
        + std::to_string(score.pixels.inMask) + "," + std::to_string(score.pixels.predicted);
    line += "," + facts.maskSide + "," + std::to_string(facts.maskAreas) + "," + decimal(facts.maskPart) + ","
        + facts.textSide + "," + std::to_string(facts.textAreas) + "," + quoted(result.cases[index].text);
    return line + "\n";
}

nlohmann::json toJson(const Estimate& estimate)
{
    return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

nlohmann::json toJson(const ScoreSummary& scores)
{
    return {{"pictures", scores.pictures},
        {"per_image", {{"dice", toJson(scores.perImageDice)}, {"iou", toJson(scores.perImageIou)}}},
        {"pooled", {{"dice", toJson(scores.pooledDice)}, {"iou", toJson(scores.pooledIou)}}},
        {"hausdorff95", toJson(scores.hausdorff95)}, {"without_distance", scores.withoutDistance},
        {"surface_dice", toJson(scores.surfaceDice)}};
}

nlohmann::json bestThresholds(const EvaluationResult& result)
{
    nlohmann::json best;
    const std::pair<const char*, double models::scoring::Scores::*> figures[] = {
        {"per_image_dice", &models::scoring::Scores::perImageDice},
        {"per_image_iou", &models::scoring::Scores::perImageIou}, {"pooled_dice", &models::scoring::Scores::pooledDice},
        {"pooled_iou", &models::scoring::Scores::pooledIou}};
    for (const auto& [name, score] : figures) {
        const auto point = bestOf(result.sweep, score);
        best[name] = {{"threshold", point.threshold}, {"value", point.scores.*score}};
    }
    return best;
}

nlohmann::json sweepJson(const EvaluationResult& result)
{
    auto points = nlohmann::json::array();
    for (const auto& [threshold, scores] : result.sweep)
        points.push_back(
            {{"threshold", threshold}, {"per_image", {{"dice", scores.perImageDice}, {"iou", scores.perImageIou}}},
                {"pooled", {{"dice", scores.pooledDice}, {"iou", scores.pooledIou}}}});
    return points;
}

nlohmann::json waysJson(const EvaluationResult& result, const Bootstrap& bootstrap)
{
    auto ways = nlohmann::json::array();
    for (const auto& text : result.texts) {
        if (text.way.empty())
            continue;
        auto way = toJson(summarizeScores({text.cases}, allCases(result), bootstrap));
        way["way"] = text.way;
        way["wording"] = text.wording;
        way["example"] = text.sent.front();
        ways.push_back(std::move(way));
    }
    return ways;
}

/// Of each class of a package with several, under the first text.
nlohmann::json classesJson(const EvaluationResult& result)
{
    auto classes = nlohmann::json::array();
    const auto& counts = result.texts.front().classes;
    for (std::size_t label = 0; label < counts.size(); ++label) {
        const auto scores = models::scoring::summarizeClass(counts[label]);
        classes.push_back({{"name", result.package.classes.at(label)},
            {"per_image", {{"dice", scores.perImageDice}, {"iou", scores.perImageIou}}},
            {"pooled", {{"dice", scores.pooledDice}, {"iou", scores.pooledIou}}}});
    }
    return classes;
}

} // namespace

std::string casesTable(const EvaluationResult& result)
{
    const std::string unit = result.inMm ? "mm" : "px";
    std::string table = "image,text,way,wording,sent,dice,iou,hausdorff95_" + unit
        + ",surface_dice,true_pixels,predicted_pixels,mask_side,mask_areas,mask_part,text_side,text_areas,given\n";
    for (const auto& text : result.texts)
        for (std::size_t index = 0; index < text.cases.size(); ++index)
            table += caseLine(result, text, index);
    return table;
}

std::string sweepTable(const EvaluationResult& result)
{
    std::string table = "threshold,per_image_dice,per_image_iou,pooled_dice,pooled_iou\n";
    for (const auto& [threshold, scores] : result.sweep) {
        table += decimal(threshold);
        for (const double figure : {scores.perImageDice, scores.perImageIou, scores.pooledDice, scores.pooledIou})
            table += "," + decimal(figure);
        table += "\n";
    }
    return table;
}

nlohmann::json toJson(const EvaluationResult& result, const EvaluateRequest& request)
{
    const Bootstrap bootstrap{request.resamples, request.seed};
    auto texts = nlohmann::json::array();
    const auto summaries = summarizeTexts(result, bootstrap);
    for (const auto& summary : summaries) {
        texts.push_back(toJson(summary.scores));
        texts.back()["text"] = summary.text;
    }
    auto groups = nlohmann::json::array();
    for (const auto& group : summarizeGroups(result, bootstrap)) {
        groups.push_back(toJson(group.scores));
        groups.back()["by"] = group.by;
        groups.back()["value"] = group.value;
    }
    const auto& first = summaries.front().scores;
    return {{"model", result.package.name}, {"model_sha256", result.package.sha256}, {"pictures", pictureCount(result)},
        {"cases", result.cases.size()},
        {"text_sides", nameOf(result.sides)},
        {"without_a_mask", result.unlabelled}, {"warnings", result.warnings}, {"threshold", result.threshold},
        {"conventions",
            {{"per_image", "mean over pictures, as LViT reports"}, {"pooled", "over all pixels, as torchmetrics"}}},
        {"distances_in", result.inMm ? "mm" : "px"}, {"surface_tolerance", request.tolerance},
        {"intervals", "95 %, bootstrap over pictures"}, {"resamples", request.resamples}, {"seed", request.seed},
        {"text", summaries.front().text},
        {"per_image", {{"dice", first.perImageDice.value}, {"iou", first.perImageIou.value}}},
        {"pooled", {{"dice", first.pooledDice.value}, {"iou", first.pooledIou.value}}}, {"texts", texts},
        {"classes", classesJson(result)}, {"paraphrases", waysJson(result, bootstrap)},
        {"not_paraphrased", result.notParaphrased}, {"groups", groups}, {"best_thresholds", bestThresholds(result)},
        {"sweep", sweepJson(result)},
        {"best_possible", toJson(summarizeScores({result.bestPossible}, allCases(result), bootstrap))}};
}

} // namespace app
