#include "models/blip/training/model_card.h"

#include "models/facade/blip_settings.h"
#include "models/training/pair_folder.h"

namespace models::blip {

namespace {

using training::cardRow;

std::string reliabilityText(const scoring::MatchCalibration& calibration)
{
    if (calibration.points.empty())
        return {};
    scoring::FigureTable table{{}, {}, {{"share", "share that fits"}}, {}};
    for (const auto& [score, share] : calibration.points)
        table.rows.push_back({scoring::shown(score, {{}, {}, 1, 4}), {share}});
    return "Where half of the reports fit and half are changed so, a score (first column) is worth this "
           "(`match_calibration` in config.json):\n\n"
        + scoring::markdown(table) + "\n![What a score is worth](reliability.svg)\n\n";
}

std::string figuresText(const BlipTrainOptions& options, const training::PairData& data, const BlipScores& scores)
{
    auto table = training::writtenTable();
    table.rows.push_back(training::writtenRow("this model", scores.written));
    table.rows.push_back(
        training::writtenRow("always the most frequent report", training::scoreMostFrequent(data)));
    std::string text = "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size())
        + " pictures), in per cent (CIDEr-D of 10). The epoch was chosen by them. Texts are written the likeliest word "
          "after the other. "
        + table.title + "\n\n" + scoring::markdown(table) + "\n";
    if (options.objective == BlipObjective::Pretrain) {
        const auto matches = matchTable(scores);
        text += matches.title + "\n\n" + scoring::markdown(matches) + "\n" + reliabilityText(scores.calibration());
    }
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
