// A chest X-ray of 2048 x 2048 pixels (grey, then as red, green and blue) brought to the square that CLIP and BLIP see.
#include "models/vision/picture_fit.h"

#include <benchmark/benchmark.h>

namespace {

using models::vision::PictureBytes;

PictureBytes xRay(int channels)
{
    PictureBytes picture{2048, 2048, channels, {}};
    picture.bytes.resize(std::size_t{2048} * 2048 * static_cast<std::size_t>(channels));
    unsigned state = 1;
    for (auto& byte : picture.bytes)
        byte = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
    return picture;
}

void fit(benchmark::State& state)
{
    const auto picture = xRay(static_cast<int>(state.range(0)));
    const models::vision::PictureFit wanted{static_cast<int>(state.range(1))};
    for (auto _ : state)
        benchmark::DoNotOptimize(normalizedPicture(fittedPicture(picture.view(), wanted).view(), wanted));
}

BENCHMARK(fit)->ArgsProduct({{1, 3}, {224, 384}})->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
