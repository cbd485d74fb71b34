#include "models/facade/language_settings.h"

#include <algorithm>
#include <array>

namespace models {

namespace {

/// Of all that trainings on pictures with texts have, beside what every training has, these are about texts.
constexpr std::array<std::string_view, 7> kOfTexts{"textSides", "tokenizer", "vocabularySize", "flipProbability",
    "clauseDropProbability", "paraphraseProbability", "paraphrases"};

} // namespace

std::vector<Setting> settingsOf(LanguageTrainOptions& options)
{
    auto all = settingsOf(static_cast<TrainOptions&>(options));
    for (auto& setting : settingsOf(static_cast<training::PairOptions&>(options)))
        if (std::ranges::find(kOfTexts, setting.name) != kOfTexts.end())
            all.push_back(std::move(setting));
    const std::vector<Setting> own{
        {"textWidth", options.textWidth, "width of the network, a multiple of 64 or at most 64"},
        {"textLayers", options.textLayers, "its layers"},
        {"textTokens", options.textTokens, "tokens of a text at most"},
        {"dropout", options.dropout, "of the network"},
    };
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

} // namespace models
