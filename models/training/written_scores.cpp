#include "models/training/written_scores.h"

#include "models/training/pair_folder.h"

#include <algorithm>

namespace models::training {

WrittenScores scoreWritten(const std::vector<std::string>& texts, const PairData& data)
{
    WrittenScores scores;
    std::vector<std::vector<std::string>> references;
    for (std::size_t i = 0; i < data.scored.size(); ++i) {
        references.push_back(data.validation.samples[std::size_t(data.scored[i])].texts);
        const auto& own = references.back();
        scores.own += std::find(own.begin(), own.end(), texts.at(i)) != own.end();
        scores.places.add(own.front(), texts[i]);
    }
    scores.own /= double(data.scored.size());
    scores.words = scoring::textScores(texts, references);
    return scores;
}

scoring::FigureTable writtenTable()
{
    constexpr double kOfTen = 10; // CIDEr-D reaches ten.
    return {"texts",
        "Each picture is given one text: how often it is its own, names the same sides and number of areas, the F1 of "
        "the "
        "zones named, and how far its words are the same.",
        {{"own_text", "own text"}, {"side_accuracy", "sides"}, {"zone_f1", "zones F1"}, {"area_accuracy", "areas"},
            {"bleu4", "BLEU-4"}, {"rouge_l", "ROUGE-L"}, {"cider_d", "CIDEr-D", kOfTen}},
        {}};
}

scoring::FigureRow writtenRow(const std::string& name, const WrittenScores& scores)
{
    const auto& [own, places, words] = scores;
    return {name,
        {own, places.sideAccuracy(), places.zoneF1(), places.areaAccuracy(), words.bleu4, words.rougeL, words.cider}};
}

WrittenScores scoreMostFrequent(const PairData& data)
{
    return scoreWritten(
        std::vector<std::string>(data.scored.size(), mostFrequentText(data.training, data.split.labelled)), data);
}

} // namespace models::training
