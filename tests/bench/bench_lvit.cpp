// Pictures through LViT, whole and in the two parts that the workstation uses: the slice once, then every text; by the
// fast network that answers, and by the exact one that is trained. And a training step. LIMN_BENCH_INPUT names a
// safetensors file with weights, input.image, input.text and input.mask for the width of its tensors (compare_lvit.py
// writes it); LIMN_BENCH_ANSWER one to write the probabilities or the loss to.

#include "models/layers/device.h"
#include "models/lvit/fast/fast_lvit.h"
#include "models/lvit/infer_config.h"
#include "models/lvit/lvit.h"
#include "models/lvit/training/losses.h"
#include "models/training/optimizer.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <benchmark/benchmark.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include <cstdlib>

namespace {

struct Inputs
{
    models::lvit::LViT network{nullptr};
    torch::Tensor image;
    torch::Tensor text;
    torch::Tensor mask;
};

Inputs givenInputs(const char* file)
{
    auto tensors = models::weights::readSafetensors(file);
    Inputs inputs;
    inputs.image = tensors.extract("input.image").mapped().clone();
    inputs.text = tensors.extract("input.text").mapped().clone();
    inputs.mask = tensors.extract("input.mask").mapped().clone();
    auto config = models::lvit::inferLViTConfig(tensors, file);
    config.dropout = 0; // So that a training step can be compared.
    inputs.network = models::lvit::LViT(config);
    models::weights::loadWeights(*inputs.network, tensors, file);
    return inputs;
}

Inputs randomInputs(int width, int batch)
{
    models::lvit::LViTConfig config;
    config.width = width;
    const auto size = config.pictureSize;
    return {models::lvit::LViT(config), torch::rand({batch, config.channels, size, size}),
        torch::randn({batch, config.textTokens, config.textWidth}), torch::rand({batch, 1, size, size}).round()};
}

/// Range 0 is the width: 64 is the authors' network.
Inputs inputsOf(const benchmark::State& state, int batch = 1)
{
    const char* given = std::getenv("LIMN_BENCH_INPUT");
    auto inputs = given ? givenInputs(given) : randomInputs(static_cast<int>(state.range(0)), batch);
    inputs.network->eval();
    return inputs;
}

void writeAnswer(const torch::Tensor& answer)
{
    if (const char* file = std::getenv("LIMN_BENCH_ANSWER"))
        models::weights::writeSafetensors(file, {{"answer", answer}});
}

void wholePass(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text, mask] = inputsOf(state);
    const models::lvit::fast::FastLViT fast(*network);
    network = models::lvit::LViT(nullptr); // As who answers does: its memory is not counted.
    writeAnswer(fast.forward(image, text));
    for (auto _ : state)
        benchmark::DoNotOptimize(fast.forward(image, text));
}

void newTextOnPreparedSlice(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text, mask] = inputsOf(state);
    const models::lvit::fast::FastLViT fast(*network);
    network = models::lvit::LViT(nullptr);
    const auto prepared = fast.prepare(image);
    fast.finish(prepared, text);
    for (auto _ : state)
        benchmark::DoNotOptimize(fast.finish(prepared, text));
}

void exactWholePass(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text, mask] = inputsOf(state);
    writeAnswer(network->forward(image, text));
    for (auto _ : state)
        benchmark::DoNotOptimize(network->forward(image, text));
}

void exactNewTextOnPreparedSlice(benchmark::State& state)
{
    const torch::InferenceMode inference;
    auto [network, image, text, mask] = inputsOf(state);
    const auto prepared = network->prepare(image);
    network->finish(prepared, text);
    for (auto _ : state)
        benchmark::DoNotOptimize(network->finish(prepared, text));
}

/// As `limn train lvit` does it, without loading and dropout.
void runTraining(benchmark::State& state, bool half)
{
    auto [network, image, text, mask] = inputsOf(state, /*batch=*/2);
    network->train();
    models::training::toTrainingLayout(*network, torch::kCPU);
    image = image.contiguous(torch::MemoryFormat::ChannelsLast);
    torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(3e-4));
    const auto step = [&, &network = network, &image = image, &text = text, &mask = mask] {
        optimizer.zero_grad();
        torch::Tensor logits;
        {
            const models::layers::AutocastScope autocast(half, torch::kCPU);
            logits = network->logits(image, text);
        }
        const auto loss = models::lvit::weightedDiceBce(torch::sigmoid(logits.to(torch::kFloat)), mask);
        loss.backward();
        optimizer.step();
        return loss;
    };
    writeAnswer(step().detach());
    for (auto _ : state)
        benchmark::DoNotOptimize(step());
}

void trainingStep(benchmark::State& state)
{
    runTraining(state, /*half=*/false);
}

void halfTrainingStep(benchmark::State& state)
{
    runTraining(state, /*half=*/true);
}

void inBothWidths(benchmark::internal::Benchmark* benchmark)
{
    benchmark->Arg(64)->Arg(16)->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime();
}

} // namespace

BENCHMARK(wholePass)->Apply(inBothWidths);
BENCHMARK(newTextOnPreparedSlice)->Apply(inBothWidths);
BENCHMARK(exactWholePass)->Apply(inBothWidths);
BENCHMARK(exactNewTextOnPreparedSlice)->Apply(inBothWidths);
BENCHMARK(trainingStep)->Apply(inBothWidths);
BENCHMARK(halfTrainingStep)->Apply(inBothWidths);

BENCHMARK_MAIN();
