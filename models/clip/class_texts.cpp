#include "models/clip/class_texts.h"

#include "imaging/error.h"
#include "models/layers/unit_length.h"

#include <torch/types.h>

#include <algorithm>

namespace models::clip {

at::Tensor textIds(const text::Tokenizer& tokenizer, const ClipConfig& clip, const std::vector<std::string>& texts,
    imaging::Warnings& warnings)
{
    std::vector<std::int64_t> ids;
    for (const auto& one : texts) {
        const auto encoded = tokenizer.encodePadded(one, static_cast<std::size_t>(clip.contextLength));
        if (encoded.cut)
            warnings.push_back("The text \"" + one + "\" is longer than the model reads: its end was left out.");
        ids.insert(ids.end(), encoded.ids.begin(), encoded.ids.end());
    }
    return torch::tensor(ids).view({static_cast<std::int64_t>(texts.size()), -1});
}

at::Tensor textDirections(Clip& clip, const at::Tensor& ids)
{
    constexpr std::int64_t kTogether = 64;
    std::vector<at::Tensor> directions;
    for (const auto& some : ids.split(kTogether))
        directions.push_back(layers::unitLength(clip->encodeText(some)));
    return torch::cat(directions);
}

ClassTokens classTokens(const text::Tokenizer& tokenizer, const ClipConfig& clip, const PromptConfig& prompts,
    const std::vector<std::string>& classes, imaging::Warnings& warnings)
{
    ClassTokens tokens;
    std::vector<std::string> texts;
    for (const auto& name : classes) {
        texts.push_back(promptText(prompts, name));
        std::string words = name;
        std::replace(words.begin(), words.end(), '_', ' ');
        tokens.nameTokens.push_back(static_cast<std::int64_t>(tokenizer.pieces(words).size()));
    }
    tokens.ids = textIds(tokenizer, clip, texts, warnings);
    return tokens;
}

std::string filledTemplate(const std::string& text, const std::string& name)
{
    constexpr std::string_view kPlace = "{}";
    const auto at = text.find(kPlace);
    if (at == std::string::npos)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The text \"" + text + "\" has no {} for the class's name.");
    auto filled = text;
    return filled.replace(at, kPlace.size(), name);
}

at::Tensor classDirections(Clip& clip, const text::Tokenizer& tokenizer, const std::vector<std::string>& classes,
    const std::vector<std::string>& templates, imaging::Warnings& warnings)
{
    std::vector<std::string> texts;
    for (const auto& name : classes)
        for (const auto& text : templates)
            texts.push_back(filledTemplate(text, name));
    const auto ids = textIds(tokenizer, clip->config(), texts, warnings).to(clip->parameters().front().device());
    const auto each = static_cast<std::int64_t>(templates.size());
    return layers::unitLength(textDirections(clip, ids).view({-1, each, clip->config().embedDim}).mean(1));
}

} // namespace models::clip
