#include "models/blip2/verify_language.h"

#include "imaging/error.h"
#include "models/blip2/load_blip2.h"
#include "models/text/open_tokenizer.h"

#include <torch/types.h>

#include <chrono>
#include <cstdio>

namespace models::blip2 {

namespace {

/// [1, n, width] of a text, as behind a picture of which nothing is seen.
at::Tensor vectorsOf(const LanguageModel& language, const text::Tokenizer& tokenizer)
{
    const auto width = language.t5() ? language.t5()->config().width : language.causal()->width();
    auto ids = tokenizer.pieces("a picture");
    ids.push_back(0); // A vocabulary that knows none of it.
    return language.promptVectors(torch::tensor(ids).unsqueeze(0), torch::zeros({1, 0, width}), /*imageTokenId=*/-1);
}

} // namespace

std::string verifyLanguage(const std::filesystem::path& folder, const std::string& name)
{
    using Clock = std::chrono::steady_clock;
    const auto language = openLanguage(folder);
    const auto tokenizer = text::openTokenizer(folder);
    text::requireRows(*tokenizer, language->words(), folder);
    const auto begin = Clock::now();
    const at::InferenceMode inference;
    const auto vectors = vectorsOf(*language, *tokenizer);
    const auto logits = language->decoder(vectors)->next(language->firstIds(1));
    if (!logits.isfinite().all().item<bool>())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The language model in " + folder.string() + " gives values that are no numbers: its weights are damaged.",
            folder.string());
    char numbers[64];
    std::snprintf(numbers, sizeof numbers, "%lld tokens; one in %.2f s", static_cast<long long>(tokenizer->size()),
        std::chrono::duration<double>(Clock::now() - begin).count());
    return name + ": language model, with which a BLIP-2 writes (`limn train blip2`), " + numbers;
}

} // namespace models::blip2
