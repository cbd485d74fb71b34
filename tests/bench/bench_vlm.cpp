// CLIP's towers and MaPLe's training step, BLIP's picture tower, captions and matches, and what an OPT, a Llama or a T5
// writes. LIMN_BENCH_MODEL names the folder of a Hugging Face model, LIMN_BENCH_INPUT a safetensors file with "pixels"
// [B, 3, size, size] or "ids" [B, T] or both (compare_clip.py, compare_blip.py and compare_language.py write them);
// LIMN_BENCH_ANSWER one to write the answer to. LIMN_BENCH_TYPE: float32, bfloat16 or, of a language model, int8.
// LIMN_BENCH_PROMPTS: a file of prompts that MaPLe begins with (compare_maple.py).

#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/clip/load_clip.h"
#include "models/clip/prompt_files.h"
#include "models/generate/generate.h"
#include "models/language/causal_decoder.h"
#include "models/language/load_language.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"

#include <ATen/Version.h>
#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

constexpr int kCaptionTokens = 30;
constexpr int kLanguageTokens = 32;

std::string given(const char* name)
{
    const char* value = std::getenv(name);
    if (!value)
        throw std::runtime_error(std::string("Set ") + name + "; compare_clip.py and its like do.");
    return value;
}

at::ScalarType typeGiven()
{
    const char* type = std::getenv("LIMN_BENCH_TYPE");
    const std::string name = type ? type : "float32";
    return name == "int8" ? at::kChar : name == "bfloat16" ? at::kBFloat16 : at::kFloat;
}

at::Tensor input(const char* name)
{
    auto tensors = models::weights::readSafetensors(given("LIMN_BENCH_INPUT"));
    return tensors.extract(name).mapped().clone();
}

void writeAnswer(const at::Tensor& answer)
{
    if (const char* file = std::getenv("LIMN_BENCH_ANSWER"))
        models::weights::writeSafetensors(file, {{"answer", answer.to(torch::kFloat).contiguous()}});
}

template <typename Pass> void timePasses(benchmark::State& state, const Pass& pass)
{
    writeAnswer(pass());
    for (auto _ : state)
        benchmark::DoNotOptimize(pass());
}

void clipPicture(benchmark::State& state)
{
    const at::InferenceMode inference;
    auto clip = models::clip::openClip(given("LIMN_BENCH_MODEL"), typeGiven());
    const auto pixels = input("pixels");
    timePasses(state, [&] { return clip->encodeImage(pixels); });
}

void clipTexts(benchmark::State& state)
{
    const at::InferenceMode inference;
    auto clip = models::clip::openClip(given("LIMN_BENCH_MODEL"), typeGiven());
    const auto ids = input("ids").to(torch::kLong);
    timePasses(state, [&] { return clip->encodeText(ids); });
}

/// Forward, backward and SGD as the training does them; the answer is the losses of the first two steps.
void mapleStep(benchmark::State& state)
{
    auto clip = models::clip::openClip(given("LIMN_BENCH_MODEL"));
    const auto pixels = input("pixels");
    const auto labels = input("labels").to(torch::kLong);
    auto file = models::clip::readPrompts(given("LIMN_BENCH_PROMPTS"));
    file.config.halfRounding = false;
    const auto ids = input("ids").to(torch::kLong);
    const std::vector<std::int64_t> nameTokens(std::size_t(ids.size(0)), 1);
    auto prompts = models::clip::openPrompts(file, clip, {ids, nameTokens}, "prompts");
    torch::optim::SGD optimizer(
        prompts->parameters(), torch::optim::SGDOptions(0.0035).momentum(0.9).weight_decay(5e-4));
    const auto step = [&] {
        optimizer.zero_grad();
        const auto loss = torch::cross_entropy_loss(prompts->logits(pixels), labels);
        loss.backward();
        optimizer.step();
        return loss.detach();
    };
    const auto first = step();
    writeAnswer(torch::stack({first, step()}));
    for (auto _ : state)
        benchmark::DoNotOptimize(step());
}

void blipPicture(benchmark::State& state)
{
    const at::InferenceMode inference;
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"), typeGiven());
    const auto pixels = input("pixels");
    timePasses(state, [&] { return blip->pictureTokens(pixels); });
}

/// From the picture's tokens on, as the peer; the answer is the ids.
void blipCaption(benchmark::State& state, int beams)
{
    const at::InferenceMode inference;
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"), typeGiven());
    const auto picture = blip->pictureTokens(input("pixels"));
    models::generate::GenerateOptions options;
    options.beams = beams;
    options.maxNewTokens = options.minNewTokens = kCaptionTokens;
    options.endId = blip->config().endId;
    const auto prompt = torch::full({1, 1}, blip->config().beginId, torch::kLong);
    timePasses(state, [&] {
        models::blip::CaptionDecoder decoder(blip, picture);
        return torch::tensor(models::generate::generate(decoder, prompt, options).front().ids);
    });
}

void blipGreedy(benchmark::State& state)
{
    blipCaption(state, 1);
}

void blipBeams(benchmark::State& state)
{
    blipCaption(state, 3);
}

void blipMatch(benchmark::State& state)
{
    const at::InferenceMode inference;
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"), typeGiven());
    const auto picture = blip->pictureTokens(input("pixels"));
    const auto ids = input("ids").to(torch::kLong);
    const auto mask = torch::ones_like(ids);
    timePasses(state, [&] { return blip->matchLogits(ids, mask, picture); });
}

/// Behind a prompt of ids, its own work included, as the peers; the answer is the ids.
void languageWrites(benchmark::State& state, int beams)
{
    namespace language = models::language;
    const at::InferenceMode inference;
    const std::filesystem::path folder = given("LIMN_BENCH_MODEL");
    std::ifstream stream(folder / "config.json");
    const auto document = nlohmann::json::parse(stream);
    const models::weights::ModelSettings settings(document, "The settings of the language model", folder / "config.json");
    models::generate::GenerateOptions options;
    options.beams = beams;
    options.maxNewTokens = options.minNewTokens = kLanguageTokens;
    const auto ids = input("ids").to(torch::kLong);
    auto weights = models::weights::readWeights(folder);
    const auto pass = [&](const auto& decoderOf, std::int64_t first) {
        timePasses(state, [&] {
            const auto decoder = decoderOf();
            const auto prompt = torch::full({1, 1}, first, torch::kLong);
            return torch::tensor(models::generate::generate(*decoder, prompt, options).front().ids);
        });
    };
    if (language::languageKind(settings) == language::LanguageKind::T5) {
        const auto t5 = language::makeT5(settings, std::move(weights), folder.string(), typeGiven());
        options.endId = t5->config().endId;
        pass([&] { return std::make_unique<language::T5Decoder>(t5, t5->encode(t5->embed(ids))); },
            t5->config().startId);
        return;
    }
    const auto model = language::makeCausalModel(settings, std::move(weights), folder.string(), typeGiven());
    options.endId = model->endId();
    options.penalizePrompt = false;
    pass([&] { return std::make_unique<language::CausalDecoder>(model, model->embed(ids)); }, model->beginId());
}

void languageGreedy(benchmark::State& state)
{
    languageWrites(state, 1);
}

void languageBeams(benchmark::State& state)
{
    languageWrites(state, 5);
}

void inMilliseconds(benchmark::internal::Benchmark* benchmark)
{
    benchmark->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}

} // namespace

BENCHMARK(clipPicture)->Apply(inMilliseconds);
BENCHMARK(clipTexts)->Apply(inMilliseconds);
BENCHMARK(mapleStep)->Apply(inMilliseconds);
BENCHMARK(blipPicture)->Apply(inMilliseconds);
BENCHMARK(blipGreedy)->Apply(inMilliseconds);
BENCHMARK(blipBeams)->Apply(inMilliseconds);
BENCHMARK(blipMatch)->Apply(inMilliseconds);
BENCHMARK(languageGreedy)->Apply(inMilliseconds);
BENCHMARK(languageBeams)->Apply(inMilliseconds);

int main(int count, char** arguments)
{
    benchmark::Initialize(&count, arguments);
    benchmark::AddCustomContext("instructions", at::get_cpu_capability());
    benchmark::RunSpecifiedBenchmarks();
}
