#include "imaging/dicom/pixels.h"
#include "tests/support/encoders/encoders.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

// Time to decode one frame of 512 x 512, 12 bits in 16, like a CT slice, for every codec. One thread.

namespace {

using encoders::Bytes;

imaging::PixelLayout sliceLayout(const char* syntax, int bits)
{
    imaging::PixelLayout layout;
    layout.columns = layout.rows = 512;
    layout.bitsAllocated = bits <= 8 ? 8 : 16;
    layout.bitsStored = bits;
    layout.highBit = bits - 1;
    layout.transferSyntaxUid = syntax;
    return layout;
}

/// A round body with smooth organs and noise of about 20 units, air around it.
Bytes slice(const imaging::PixelLayout& layout)
{
    std::mt19937 random(1);
    std::normal_distribution<double> noise(0, layout.bitsStored <= 8 ? 1.3 : 20);
    const double scale = layout.bitsStored <= 8 ? 1.0 / 16 : 1;
    Bytes bytes(imaging::decodedFrameBytes(layout));
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    for (int y = 0; y < 512; ++y)
        for (int x = 0; x < 512; ++x) {
            const bool body = std::hypot(x - 256, (y - 256) * 1.4) < 230;
            const double value =
                body ? (1000 + 60 * std::sin(x / 40.0) * std::cos(y / 30.0)) * scale + noise(random) : 0;
            const auto sample = static_cast<std::uint16_t>(std::clamp(value, 0.0, 4095.0));
            std::memcpy(&bytes[static_cast<std::size_t>(y * 512 + x) * size], &sample, size);
        }
    return bytes;
}

void decode(benchmark::State& state, const imaging::PixelLayout& layout, const Bytes& stream)
{
    const imaging::EncodedFrame frame{{stream}, 0};
    Bytes samples(imaging::decodedFrameBytes(layout));
    for (auto _ : state) {
        imaging::decodeFrame(layout, frame, samples, "bench");
        benchmark::DoNotOptimize(samples.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(samples.size()));
}

void native(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.1", 12);
    decode(state, layout, slice(layout));
}

void bigEndian(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.2", 12);
    decode(state, layout, slice(layout));
}

void rle(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.5", 12);
    decode(state, layout, encoders::encodeRle(layout, slice(layout)));
}

void jpegBaseline(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.4.50", 8);
    decode(state, layout, encoders::encodeJpeg(layout, slice(layout), encoders::JpegKind::Baseline));
}

void jpegExtended(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.4.51", 12);
    decode(state, layout, encoders::encodeJpeg(layout, slice(layout), encoders::JpegKind::Extended));
}

void jpegLossless(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.4.70", 12);
    decode(state, layout, encoders::encodeJpeg(layout, slice(layout), encoders::JpegKind::LosslessFirstOrder));
}

void jpegLs(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.4.80", 12);
    decode(state, layout, encoders::encodeJpegLs(layout, slice(layout), 12, encoders::Interleave::None, 0));
}

void jpeg2000(benchmark::State& state)
{
    const auto layout = sliceLayout("1.2.840.10008.1.2.4.90", 12);
    encoders::Jpeg2000Options options;
    options.precision = 12;
    decode(state, layout, encoders::encodeJpeg2000(layout, slice(layout), options));
}

BENCHMARK(native)->Unit(benchmark::kMillisecond);
BENCHMARK(bigEndian)->Unit(benchmark::kMillisecond);
BENCHMARK(rle)->Unit(benchmark::kMillisecond);
BENCHMARK(jpegBaseline)->Unit(benchmark::kMillisecond);
BENCHMARK(jpegExtended)->Unit(benchmark::kMillisecond);
BENCHMARK(jpegLossless)->Unit(benchmark::kMillisecond);
BENCHMARK(jpegLs)->Unit(benchmark::kMillisecond);
BENCHMARK(jpeg2000)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
