#include "models/blip2/training/write_losses.h"

#include "models/layers/token_loss.h"

#include <torch/types.h>

namespace models::blip2 {

namespace {

constexpr std::int64_t kNoImageToken = -1;

/// A decoder only: soft tokens, what is asked, and the text in one row.
at::Tensor causalLoss(const LanguageModel& language, const at::Tensor& prompt, const at::Tensor& labels)
{
    const auto known = labels != -100;
    const auto written = language.causal()->embed(labels.masked_fill(~known, 0));
    const auto before = torch::ones({labels.size(0), prompt.size(1)}, labels.options());
    const auto logits = language.causal()->forward(
        {.embeddings = torch::cat({prompt, written}, 1), .mask = torch::cat({before, known.to(torch::kLong)}, 1)});
    const auto first = torch::full({labels.size(0), 1}, -100, labels.options()); // The prompt's last place.
    return layers::nextTokenLoss(logits, torch::cat({first, labels}, 1));
}

at::Tensor answeredLoss(const LanguageModel& language, const at::Tensor& prompt, const at::Tensor& labels)
{
    auto& t5 = *language.t5();
    const auto hidden = t5.decode(t5.decoderIds(labels), {.source = t5.encode(prompt)});
    return layers::tokenLoss(t5.logits(hidden), labels);
}

} // namespace

at::Tensor softTokensOf(Blip2& blip2, const at::Tensor& picture, const at::Tensor& instruction)
{
    if (!instruction.defined())
        return blip2->softTokens(blip2->queried(picture));
    return blip2->softTokens(blip2->queried(picture, instruction.expand({picture.size(0), -1})));
}

at::Tensor writtenLoss(
    Blip2& blip2, const LanguageModel& language, const at::Tensor& picture, const WrittenTexts& texts)
{
    const auto rows = texts.asked.expand({picture.size(0), -1});
    const auto prompt = language.promptVectors(rows, softTokensOf(blip2, picture, texts.instruction), kNoImageToken);
    return language.t5() ? answeredLoss(language, prompt, texts.labels) : causalLoss(language, prompt, texts.labels);
}

} // namespace models::blip2
