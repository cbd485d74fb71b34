#include "models/clip/training/model_card.h"

#include "models/facade/clip_settings.h"
#include "models/training/pair_folder.h"

#include <algorithm>

namespace models::clip {

namespace {

using training::cardRow;
using training::percent;

/// What always naming the most frequent text of the training split would reach.
Retrieval mostFrequent(const training::PairData& data)
{
    const auto frequent = training::mostFrequentText(data.training, data.split.labelled);
    Retrieval result;
    for (const auto index : data.scored) {
        const auto& texts = data.validation.samples[std::size_t(index)].texts;
        result.texts += std::find(texts.begin(), texts.end(), frequent) != texts.end();
        result.places.add(texts.front(), frequent);
    }
    result.texts /= double(data.scored.size());
    return result;
}

std::string scoreRow(const std::string& name, const Retrieval& scores)
{
    return "| " + name + " | " + percent(scores.texts) + " | " + percent(scores.places.sideAccuracy()) + " | "
        + percent(scores.places.zoneF1()) + " |\n";
}

std::string figuresText(const ClipTrainOptions& options, const training::PairData& data, const Retrieval& scores)
{
    return "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size()) + " pictures, "
        + std::to_string(scores.choices)
        + " different texts), in per cent. The epoch was chosen by them. Each picture is given the nearest of all "
          "these "
          "texts: how often it is its own, names the same sides, and the F1 of the zones named.\n\n"
          "| | own text | sides | zones F1 |\n|---|---|---|---|\n"
        + scoreRow("this model", scores) + scoreRow("always the most frequent report", mostFrequent(data))
        + "\nThe other way round, " + percent(scores.pictures) + " % of the texts find a picture that has them.\n\n";
}

} // namespace

std::string modelCard(
    const ClipTrainOptions& options, const ClipImpl& clip, const training::PairData& data, const CardFigures& figures)
{
    const auto& config = clip.config();
    std::string card = "# " + options.name + "\n\nCLIP (Radford et al. 2021): compares a picture with texts.\n\n"
        + training::pairFacts(options, clip, data)
        + cardRow("picture",
            std::to_string(config.imageSize) + " x " + std::to_string(config.imageSize) + ", patches of "
                + std::to_string(config.patchSize))
        + cardRow("vocabulary",
            std::to_string(config.vocabularySize) + " tokens, " + std::to_string(config.contextLength)
                + " of a text at most")
        + training::trainedFacts(options, figures.epoch, figures.seconds);
    card += training::termsText(options);
    card += "## Figures\n\n"
        + (figures.scores ? figuresText(options, data, *figures.scores)
                          : std::string("The training goes on; they follow at its end.\n\n"));
    card += "Texts that are equal, and texts of one picture, were not taken for each other's negatives in a step.\n\n";
    return card + training::commandText("clip", optionsToJson(training::portable(options)));
}

} // namespace models::clip
