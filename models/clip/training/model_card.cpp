#include "models/clip/training/model_card.h"

#include "models/facade/clip_settings.h"
#include "models/scoring/text_scores.h"
#include "models/training/pair_folder.h"

#include <algorithm>

namespace models::clip {

namespace {

using training::cardRow;
using training::percent;

/// One text for each validation picture, scored as if it had been written about it.
std::string scoreRow(const std::string& name, const std::vector<std::string>& texts, const training::PairData& data)
{
    double own = 0;
    scoring::PlaceScores places;
    std::vector<std::vector<std::string>> references;
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        references.push_back(data.validation.samples[std::size_t(data.scored[i])].texts);
        own += std::find(references.back().begin(), references.back().end(), texts[i]) != references.back().end();
        places.add(references.back().front(), texts[i]);
    }
    const auto words = scoring::textScores(texts, references);
    return "| " + name + " | " + percent(own / double(data.scored.size())) + " | " + percent(places.sideAccuracy())
        + " | " + percent(places.zoneF1()) + " | " + percent(places.areaAccuracy()) + " | " + percent(words.bleu4)
        + " | " + percent(words.rougeL) + " | " + percent(words.cider / 10) + " |\n";
}

std::string figuresText(const ClipTrainOptions& options, const training::PairData& data, const CardFigures& figures)
{
    const auto& scores = *figures.scores;
    const std::vector<std::string> frequent(
        data.scored.size(), training::mostFrequentText(data.training, data.split.labelled));
    return "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size()) + " pictures, "
        + std::to_string(scores.choices)
        + " different texts), in per cent (CIDEr-D of 10). The epoch was chosen by them. Each picture is given one "
          "text: how often it is its own, names the same sides and number of areas, the F1 of the zones named, and how "
          "far its words are the same.\n\n"
          "| | own text | sides | zones F1 | areas | BLEU-4 | ROUGE-L | CIDEr-D |\n|---|---|---|---|---|---|---|---|\n"
        + scoreRow("the nearest of all texts of the split", scores.nearest, data)
        + scoreRow("the report of the most alike training picture", figures.neighbours, data)
        + scoreRow("always the most frequent report", frequent, data) + "\nThe other way round, "
        + percent(scores.pictures) + " % of the texts find a picture that has them.\n\n";
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
        + (figures.scores ? figuresText(options, data, figures)
                          : std::string("The training goes on; they follow at its end.\n\n"));
    card += "Texts that are equal, and texts of one picture, were not taken for each other's negatives in a step.\n\n";
    return card + training::commandText("clip", optionsToJson(training::portable(options)));
}

} // namespace models::clip
