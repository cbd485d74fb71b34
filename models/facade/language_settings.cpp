#include "models/facade/language_settings.h"

namespace models {

std::vector<Setting> settingsOf(LanguageTrainOptions& options)
{
    auto all = settingsOf(static_cast<TrainOptions&>(options));
    auto& augmentation = options.augmentation;
    const std::vector<Setting> own{
        {"textSides", options.textSides, "whose left and right the texts mean: picture or patient"},
        {"tokenizer", options.tokenizer, "folder of the vocabulary; empty: one is learnt from the texts"},
        {"vocabularySize", options.vocabularySize, "tokens of a learnt vocabulary at most"},
        {"textWidth", options.textWidth, "width of the network, a multiple of 64 or at most 64"},
        {"textLayers", options.textLayers, "its layers"},
        {"textTokens", options.textTokens, "tokens of a text at most"},
        {"dropout", options.dropout, "of the network"},
        {"flipProbability", augmentation.flipProbability, "of a text with its sides exchanged"},
        {"clauseDropProbability", augmentation.clauseDropProbability,
            "of leaving out each clause of a text but the last"},
        {"paraphraseProbability", augmentation.paraphraseProbability,
            "of showing a text in LViT's wording in other words"},
        {"paraphrases", augmentation.paraphrases, "how many other ways of putting each text are shown"},
    };
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

} // namespace models
