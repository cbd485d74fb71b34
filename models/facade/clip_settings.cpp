#include "models/facade/clip_settings.h"

namespace models {

std::vector<Setting> settingsOf(ClipTrainOptions& options)
{
    auto all = settingsOf(static_cast<training::PairOptions&>(options));
    const std::vector<Setting> own{
        {"textWidth", options.textWidth, "width of the text tower, a multiple of 64 or at most 64"},
        {"textLayers", options.textLayers, "blocks of the text tower"},
        {"contextLength", options.contextLength, "tokens of a text at most"},
        {"embedDim", options.embedDim, "length of the vectors that are compared"},
    };
    all.insert(all.end(), own.begin(), own.end());
    return all;
}

} // namespace models
