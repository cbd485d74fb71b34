#include "models/blip/training/model_card.h"

#include "models/facade/blip_settings.h"
#include "models/training/pair_folder.h"

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

std::string matchText(const BlipScores& scores)
{
    std::string text = "Whether a report fits its picture (ITM, at 0.5), by what was changed of the picture's own:\n\n"
                       "| | reports | judged right |\n|---|---|---|\n| its own | all | "
        + percent(scores.fitting) + " |\n";
    for (const auto& [change, texts, rejected] : scores.changed)
        if (texts > 0)
            text += std::string("| ") + scoring::nameOf(change) + " | " + std::to_string(texts) + " | "
                + percent(double(rejected) / double(texts)) + " |\n";
    return text + "\nChance is 50 over those that fit and those that do not.\n\n";
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
