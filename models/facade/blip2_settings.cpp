#include "models/facade/blip2_settings.h"

namespace models {

std::vector<Setting> settingsOf(Blip2TrainOptions& options)
{
    auto all = settingsOf(static_cast<training::PairOptions&>(options));
    const std::vector<Setting> own{
        {"objective", options.objective,
            "compare (stage 1), write (stage 2, in front of a language model) or instruct (as InstructBLIP)"},
        {"languageModel", options.languageModel, "folder of an OPT, T5 or Llama, of write and instruct"},
        {"prompt", options.prompt, "what is given before every text that is written; of instruct the instruction"},
        {"textWidth", options.textWidth, "width of a new Q-Former, a multiple of 64 or at most 64"},
        {"textLayers", options.textLayers, "layers of a new Q-Former"},
        {"textTokens", options.textTokens, "tokens of a text at most"},
        {"queries", options.queries, "learnt tokens that take from the picture what the text needs"},
        {"projection", options.projection, "length of the vectors that are compared"},
        {"dropout", options.dropout, "of the Q-Former"},
        {"labelSmoothing", options.labelSmoothing, "of what is compared"},
    };
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

template <> Words<Blip2Objective> wordsOf<Blip2Objective>()
{
    return {
        {Blip2Objective::Compare, "compare"}, {Blip2Objective::Write, "write"}, {Blip2Objective::Instruct, "instruct"}};
}

} // namespace models
