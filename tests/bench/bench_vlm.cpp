// CLIP's towers and MaPLe's training step, and BLIP's picture tower, captions and matches. LIMN_BENCH_MODEL names the folder of a Hugging Face
// model, LIMN_BENCH_INPUT a safetensors file with "pixels" [B, 3, size, size] or "ids" [B, T] or both
// (compare_clip.py and compare_blip.py write them); LIMN_BENCH_ANSWER one to write the answer to. LIMN_BENCH_PROMPTS one of
// prompts that MaPLe begins with (compare_maple.py).

#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/clip/load_clip.h"
#include "models/clip/prompt_files.h"
#include "models/generate/generate.h"
#include "models/weights/safetensors.h"

#include <ATen/Version.h>
#include <benchmark/benchmark.h>
#include <torch/optim/sgd.h>
#include <torch/types.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace {

constexpr int kCaptionTokens = 30;

std::string given(const char* name)
{
    const char* value = std::getenv(name);
    if (!value)
        throw std::runtime_error(std::string("Set ") + name + "; compare_clip.py and compare_blip.py do.");
    return value;
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
    auto clip = models::clip::openClip(given("LIMN_BENCH_MODEL"));
    const auto pixels = input("pixels");
    timePasses(state, [&] { return clip->encodeImage(pixels); });
}

void clipTexts(benchmark::State& state)
{
    const at::InferenceMode inference;
    auto clip = models::clip::openClip(given("LIMN_BENCH_MODEL"));
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
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"));
    const auto pixels = input("pixels");
    timePasses(state, [&] { return blip->pictureTokens(pixels); });
}

/// From the picture's tokens on, as the peer; the answer is the ids.
void blipCaption(benchmark::State& state, int beams)
{
    const at::InferenceMode inference;
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"));
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
    auto blip = models::blip::openBlip(given("LIMN_BENCH_MODEL"));
    const auto picture = blip->pictureTokens(input("pixels"));
    const auto ids = input("ids").to(torch::kLong);
    const auto mask = torch::ones_like(ids);
    timePasses(state, [&] { return blip->matchLogits(ids, mask, picture); });
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

int main(int count, char** arguments)
{
    benchmark::Initialize(&count, arguments);
    benchmark::AddCustomContext("instructions", at::get_cpu_capability());
    benchmark::RunSpecifiedBenchmarks();
}
