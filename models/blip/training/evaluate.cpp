#include "models/blip/training/evaluate.h"

#include "imaging/error.h"
#include "models/blip/load_blip.h"
#include "models/blip/training/blip_scores.h"
#include "models/blip/training/initial_blip.h"
#include "models/layers/device.h"
#include "models/text/open_tokenizer.h"

#include <torch/types.h>

#include <algorithm>

namespace models::blip {

namespace {

/// As the trainings score it.
BlipTrainOptions scoringOptions(const TextEvaluateOptions& options, const BlipConfig& config)
{
    BlipTrainOptions scoring;
    scoring.prompt = options.prompt;
    scoring.batchSize = options.batchSize;
    scoring.tower.pictureSize = int(config.vision.imageSize);
    scoring.textTokens = int(std::min<std::int64_t>(scoring.textTokens, config.text.maxPositions));
    return scoring;
}

void requireScorable(const BlipConfig& config, const std::filesystem::path& model)
{
    if (!config.parts.match && config.parts.encoder)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The model '" + model.string() + "' answers questions, which no report can be scored by.", model.string());
}

void addCases(TextEvaluation& result, const training::PairData& data, const BlipScores& scores,
    const std::vector<std::string>& neighbours)
{
    result.caseColumns = {"image", "given", "written", "neighbours_text", "match"};
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        const auto& sample = data.validation.samples[std::size_t(data.scored[i])];
        result.cases.push_back({sample.image, sample.texts.front(),
            scores.texts.empty() ? std::string() : scores.texts[i], neighbours.empty() ? std::string() : neighbours[i],
            scores.own.empty() ? std::string() : scoring::shown(scores.own[i], {{}, {}, 1, 6})});
    }
}

scoring::FigureTable writtenFigures(
    const training::PairData& data, const BlipScores& scores, const std::vector<std::string>& neighbours)
{
    auto table = training::writtenTable();
    if (!scores.texts.empty())
        table.rows.push_back(training::writtenRow("this model", scores.written));
    if (!neighbours.empty())
        table.rows.push_back(training::writtenRow(
            "the report of the most alike training picture", training::scoreWritten(neighbours, data)));
    table.rows.push_back(training::writtenRow("always the most frequent report", training::scoreMostFrequent(data)));
    return table;
}

} // namespace

TextEvaluation evaluateBlip(const TextEvaluateOptions& options, const std::vector<std::string>& neighbours,
    std::stop_token stop, const imaging::Progress& progress)
{
    const auto device = layers::chooseDevice(options.device);
    auto blip = openBlip(options.model);
    requireScorable(blip->config(), options.model);
    blip->to(device);
    const auto tokenizer = openBlipTokenizer(options.model, blip->config());
    const auto settings = scoringOptions(options, blip->config());
    auto data = training::loadPairs(pairOptionsOf(options), fitOf(settings), stop, progress);
    if (options.limit > 0 && data.scored.size() > std::size_t(options.limit))
        data.scored.resize(std::size_t(options.limit));
    TextEvaluation result;
    result.warnings = data.warnings;
    result.pictures = data.scored.size();
    progress.report(0.5, "writing and judging");
    const auto scores =
        stop.stop_requested() ? BlipScores() : scoreBlip(blip, *tokenizer, data, settings, device, stop);
    result.cancelled = stop.stop_requested();
    if (result.cancelled)
        return result;
    result.tables.push_back(writtenFigures(data, scores, neighbours));
    if (!scores.own.empty()) {
        result.tables.push_back(matchTable(scores));
        result.threshold = scores.calibration().threshold;
    }
    addCases(result, data, scores, neighbours);
    return result;
}

} // namespace models::blip
