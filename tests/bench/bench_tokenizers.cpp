// Texts a second, each of about 30 words (a chest X-ray's findings), by the vocabularies in LIMN_TEST_DATA/tokenizers;
// and how long opening one takes.
#include "models/text/open_tokenizer.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

namespace {

constexpr const char* kText =
    "The lungs are well expanded and clear. There is no focal consolidation, pleural effusion, or pneumothorax. The "
    "cardiomediastinal silhouette is within normal limits. No acute osseous abnormality.";

std::filesystem::path vocabulary(const char* name)
{
    const char* folder = std::getenv("LIMN_TEST_DATA");
    return std::filesystem::path(folder ? folder : "../shared/data") / "tokenizers" / name;
}

void encode(benchmark::State& state, const char* name)
{
    if (!std::filesystem::exists(vocabulary(name))) {
        state.SkipWithError("needs LIMN_TEST_DATA/tokenizers");
        return;
    }
    const auto tokenizer = models::text::openTokenizer(vocabulary(name));
    for (auto _ : state)
        benchmark::DoNotOptimize(tokenizer->encode(kText));
    state.SetItemsProcessed(state.iterations());
}

void open(benchmark::State& state, const char* name)
{
    if (!std::filesystem::exists(vocabulary(name))) {
        state.SkipWithError("needs LIMN_TEST_DATA/tokenizers");
        return;
    }
    for (auto _ : state)
        benchmark::DoNotOptimize(models::text::openTokenizer(vocabulary(name)));
}

BENCHMARK_CAPTURE(encode, clip, "clip-bpe_simple_vocab_16e6.txt.gz");
BENCHMARK_CAPTURE(encode, opt, "opt-roberta-vocab.json");
BENCHMARK_CAPTURE(encode, t5, "t5-small-tokenizer.json");
BENCHMARK_CAPTURE(encode, bert, "bert-base-uncased-vocab.txt");
BENCHMARK_CAPTURE(open, clip, "clip-bpe_simple_vocab_16e6.txt.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(open, opt, "opt-roberta-vocab.json")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(open, t5, "t5-small-tokenizer.json")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(open, bert, "bert-base-uncased-vocab.txt")->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
