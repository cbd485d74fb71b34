#include "models/blip/training/model_card.h"

#include "models/facade/blip_settings.h"
#include "models/training/pair_folder.h"

#include <cstdio>

namespace models::blip {

namespace {

using training::cardRow;
using training::percent;

std::string scoreRow(const std::string& name, const BlipScores& scores)
{
    return "| " + name + " | " + percent(scores.places.sideAccuracy()) + " | " + percent(scores.places.zoneF1()) + " | "
        + percent(scores.places.areaAccuracy()) + " | " + percent(scores.texts.bleu4) + " | "
        + percent(scores.texts.rougeL) + " | " + percent(scores.texts.cider / 10) + " |\n";
}

std::string decimal(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

std::string reliabilityText(const scoring::MatchCalibration& calibration)
{
    if (calibration.points.empty())
        return {};
    std::string text = "Where half of the reports fit and half are changed so, a score is worth this (`match_calibration` in "
                       "config.json):\n\n| score | share that fits |\n|---|---|\n";
    for (const auto& [score, share] : calibration.points)
        text += "| " + decimal(score) + " | " + percent(share) + " |\n";
    return text + "\n";
}

std::string matchText(const BlipScores& scores)
{
    constexpr double kMiddle = 0.5;
    const auto calibration = scores.calibration();
    const auto threshold = calibration.threshold;
    std::string text = "Whether a report fits its picture (ITM), by what was changed of the picture's own. The threshold "
        + decimal(threshold) + " makes the mean of both rates of error least on this very split. ROC: how often a report that "
          "fits has a higher score than one changed so (chance: 50).\n\n"
          "| | reports | judged right at 0.5 | at the threshold | ROC area |\n|---|---|---|---|---|\n| its own | "
        + std::to_string(scores.own.size()) + " | " + percent(1 - scoring::partBelow(scores.own, kMiddle)) + " | "
        + percent(1 - scoring::partBelow(scores.own, threshold)) + " | |\n";
    for (const auto& [change, judged] : scores.changed)
        if (!judged.empty())
            text += std::string("| ") + scoring::nameOf(change) + " | " + std::to_string(judged.size()) + " | "
                + percent(scoring::partBelow(judged, kMiddle)) + " | " + percent(scoring::partBelow(judged, threshold))
                + " | " + percent(scoring::rocArea(scores.own, judged)) + " |\n";
    return text + "\n" + reliabilityText(calibration);
}

std::string figuresText(const BlipTrainOptions& options, const training::PairData& data, const BlipScores& scores)
{
    const std::vector<std::string> frequent(
        data.scored.size(), training::mostFrequentText(data.training, data.split.labelled));
    std::string text = "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size())
        + " pictures), in per cent (CIDEr-D of 10). The epoch was chosen by them. Texts are written the likeliest word "
          "after the other.\n\n"
          "| | sides | zones F1 | areas | BLEU-4 | ROUGE-L | CIDEr-D |\n|---|---|---|---|---|---|---|\n"
        + scoreRow("this model", scores) + scoreRow("always the most frequent report", scoreTexts(frequent, data))
        + "\n";
    if (options.objective == BlipObjective::Pretrain)
        text += matchText(scores);
    return text;
}

} // namespace

std::string modelCard(
    const BlipTrainOptions& options, const BlipImpl& blip, const training::PairData& data, const CardFigures& figures)
{
    const auto& config = blip.config();
    std::string card = "# " + options.name + "\n\nBLIP (Li et al. 2022): writes about a picture"
        + (config.parts.match ? " and tells how well a text fits it. " : ". ")
        + training::pairFacts(options, blip, data)
        + cardRow("picture",
            std::to_string(config.vision.imageSize) + " x " + std::to_string(config.vision.imageSize) + ", patches of "
                + std::to_string(config.vision.patchSize))
        + cardRow("vocabulary",
            std::to_string(config.text.vocabularySize) + " tokens, " + std::to_string(options.textTokens)
                + " of a text at most")
        + training::trainedFacts(options, figures.epoch, figures.seconds);
    card += training::termsText(options);
    card += "## Figures\n\n"
        + (figures.scores ? figuresText(options, data, *figures.scores)
                          : std::string("The training goes on; they follow at its end.\n\n"));
    return card + training::commandText("blip", optionsToJson(training::portable(options)));
}

} // namespace models::blip
