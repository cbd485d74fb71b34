#include "models/clip/training/model_card.h"

#include "models/facade/clip_settings.h"
#include "models/training/pair_folder.h"

namespace models::clip {

namespace {

using training::cardRow;
using training::percent;

std::string figuresText(const ClipTrainOptions& options, const training::PairData& data, const CardFigures& figures)
{
    const auto& scores = *figures.scores;
    auto table = retrievalTable(data, scores, figures.neighbours);
    return "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size()) + " pictures, "
        + std::to_string(scores.choices)
        + " different texts), in per cent (CIDEr-D of 10). The epoch was chosen by the contrastive loss on them. "
        + table.title + "\n\n" + scoring::markdown(table) + "\nThe other way round, " + percent(scores.pictures)
        + " % of the texts find a picture that has them.\n\n";
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
