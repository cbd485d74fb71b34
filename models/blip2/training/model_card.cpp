#include "models/blip2/training/model_card.h"

#include "models/facade/blip2_settings.h"
#include "models/package/folder_name.h"
#include "models/scoring/match_scores.h"
#include "models/training/pair_folder.h"

namespace models::blip2 {

namespace {

using training::cardRow;

scoring::FigureTable beside(
    const std::string& name, const std::vector<std::string>& texts, const training::PairData& data)
{
    auto table = training::writtenTable();
    table.rows.push_back(training::writtenRow(name, training::scoreWritten(texts, data)));
    table.rows.push_back(training::writtenRow("always the most frequent report", training::scoreMostFrequent(data)));
    return table;
}

std::string head(const Blip2TrainOptions& options)
{
    if (options.objective == Blip2Objective::Compare)
        return "BLIP-2, stage 1 (Li et al. 2023): tells how well a text fits a picture. ";
    const auto language = "the language model '" + folderName(options.languageModel) + "'";
    return options.objective == Blip2Objective::Instruct
        ? "InstructBLIP (Dai et al. 2023): does with a picture what it is told, by " + language + ". "
        : "BLIP-2, stage 2 (Li et al. 2023): writes about a picture, by " + language + ". ";
}

} // namespace

std::vector<scoring::FigureTable> tablesOf(const CompareScores& scores, const training::PairData& data)
{
    constexpr double kMiddle = 0.5;
    scoring::FigureTable matches{"matches", "Whether a report fits its picture (ITM); ROC: chance is 50.",
        {{"reports", "reports", 1, 0}, {"right", "judged right at 0.5"}, {"roc_area", "ROC area"}}, {}};
    matches.rows.push_back({"its own", {double(scores.own.size()), 1 - scoring::partBelow(scores.own, kMiddle), {}}});
    matches.rows.push_back({"another picture's report",
        {double(scores.others.size()), scoring::partBelow(scores.others, kMiddle),
            scoring::rocArea(scores.own, scores.others)}});
    return {beside("the nearest of all texts of the split", scores.nearest, data), std::move(matches)};
}

std::vector<scoring::FigureTable> tablesOf(const std::vector<std::string>& written, const training::PairData& data)
{
    return {beside("this model", written, data)};
}

std::string modelCard(const Blip2TrainOptions& options, const Blip2Impl& blip2, const training::PairData& data,
    const CardFigures& figures)
{
    const auto& config = blip2.config();
    std::string card = "# " + options.name + "\n\n" + head(options) + training::pairFacts(options, blip2, data)
        + cardRow("picture tower", "of '" + folderName(options.initialWeights) + "', not changed by the training")
        + cardRow("queries", std::to_string(config.queries))
        + training::trainedFacts(options, figures.epoch, figures.seconds);
    card += training::termsText(options) + "## Figures\n\n";
    card += figures.tables.empty()
        ? std::string("The training goes on; they follow at its end.\n\n")
        : "On the split '" + options.validationSplit + "' (" + std::to_string(data.scored.size())
            + " pictures), in per cent (CIDEr-D of 10). The epoch was chosen by them.\n\n";
    for (const auto& table : figures.tables)
        card += table.title + "\n\n" + scoring::markdown(table) + "\n";
    auto settings = training::portable(options);
    settings.languageModel = folderName(options.languageModel);
    return card + training::commandText("blip2", optionsToJson(settings));
}

} // namespace models::blip2
