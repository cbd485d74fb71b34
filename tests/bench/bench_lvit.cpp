// One picture through LViT, whole and in the two parts that the workstation uses: the slice once, then every text.
// LIMN_BENCH_INPUT names a safetensors file with weights, input.image and input.text for the width of its tensors
// (compare_lvit.py writes it); LIMN_BENCH_ANSWER one to write the probabilities to.

#include "models/lvit/infer_config.h"
#include "models/lvit/lvit.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include <cstdlib>

namespace {

struct Inputs
{
    models::LViT network{nullptr};
    torch::Tensor image;
    torch::Tensor text;
};

Inputs givenInputs(const char* file)
{
    auto tensors = models::readSafetensors(file);
    Inputs inputs;
    inputs.image = tensors.extract("input.image").mapped();
    inputs.text = tensors.extract("input.text").mapped();
    inputs.network = models::LViT(models::inferLViTConfig(tensors, file));
    models::loadWeights(*inputs.network, tensors, file);
    return inputs;
}

Inputs randomInputs(int width)
{
    models::LViTConfig config;
    config.width = width;
    return {models::LViT(config), torch::rand({1, config.channels, config.pictureSize, config.pictureSize}),
        torch::randn({1, config.textTokens, config.textWidth})};
}

/// Range 0 is the width: 64 is the authors' network.
Inputs inputsOf(const benchmark::State& state)
{
    const char* given = std::getenv("LIMN_BENCH_INPUT");
    auto inputs = given ? givenInputs(given) : randomInputs(static_cast<int>(state.range(0)));
    inputs.network->eval();
    return inputs;
}

void wholePass(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text] = inputsOf(state);
    const auto answer = network->forward(image, text);
    if (const char* file = std::getenv("LIMN_BENCH_ANSWER"))
        models::writeSafetensors(file, {{"probabilities", answer}});
    for (auto _ : state)
        benchmark::DoNotOptimize(network->forward(image, text));
}

void newTextOnPreparedSlice(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text] = inputsOf(state);
    const auto prepared = network->prepare(image);
    network->finish(prepared, text);
    for (auto _ : state)
        benchmark::DoNotOptimize(network->finish(prepared, text));
}

} // namespace

BENCHMARK(wholePass)->Arg(64)->Arg(16)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(newTextOnPreparedSlice)->Arg(64)->Arg(16)->Unit(benchmark::kMillisecond)->UseRealTime();

BENCHMARK_MAIN();
