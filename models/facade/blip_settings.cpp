#include "models/facade/blip_settings.h"

namespace models {

std::vector<Setting> settingsOf(BlipTrainOptions& options)
{
    auto all = settingsOf(static_cast<training::PairOptions&>(options));
    const std::vector<Setting> own{
        {"objective", options.objective, "pretrain (compare, match and write) or caption (write only)"},
        {"prompt", options.prompt, "what is given before every text that is written"},
        {"textWidth", options.textWidth, "width of the text's towers, a multiple of 64 or at most 64"},
        {"textLayers", options.textLayers, "layers of the text's towers"},
        {"textTokens", options.textTokens, "tokens of a text at most"},
        {"projection", options.projection, "length of the vectors that are compared"},
        {"dropout", options.dropout, "of the text's towers"},
        {"labelSmoothing", options.labelSmoothing, "of the tokens that are written"},
        {"momentum", options.momentum, "of the second network that pictures and texts are compared with"},
        {"queueSize", options.queueSize, "earlier pictures and texts that are compared with, too"},
        {"softTargets", options.softTargets, "part of the comparison that follows the second network"},
    };
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

template <> Words<BlipObjective> wordsOf<BlipObjective>()
{
    return {{BlipObjective::Pretrain, "pretrain"}, {BlipObjective::Caption, "caption"}};
}

} // namespace models
