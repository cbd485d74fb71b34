#include "imaging/dicom/pixels.h"
#include "tests/support/dicom_bytes.h"
#include "tests/support/encoders/encoders.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Time to decode one frame of 512 x 512, 12 bits in 16, like a CT slice, for every codec. One thread.
//
//     build/release/bin/bench_decode
//     build/release/bin/bench_decode --write FOLDER
//
// The second writes the frames as DICOM files CODEC.dcm instead, for compare.py.

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

struct Case
{
    const char* name;
    imaging::PixelLayout layout;
    std::function<Bytes(const imaging::PixelLayout&, const Bytes&)> encode;
};

std::vector<Case> cases()
{
    using Layout = imaging::PixelLayout;
    const auto asIs = [](const Layout&, const Bytes& samples) { return samples; };
    const auto swapped = [](const Layout&, Bytes samples) {
        for (std::size_t i = 0; i + 1 < samples.size(); i += 2)
            std::swap(samples[i], samples[i + 1]);
        return samples;
    };
    const auto jpeg = [](encoders::JpegKind kind) {
        return
            [kind](const Layout& layout, const Bytes& samples) { return encoders::encodeJpeg(layout, samples, kind); };
    };
    const auto rle = [](const Layout& layout, const Bytes& samples) { return encoders::encodeRle(layout, samples); };
    const auto jpegLs = [](const Layout& layout, const Bytes& samples) {
        return encoders::encodeJpegLs(layout, samples, 12, encoders::Interleave::None, 0);
    };
    const auto jpeg2000 = [](const Layout& layout, const Bytes& samples) {
        encoders::Jpeg2000Options options;
        options.precision = 12;
        return encoders::encodeJpeg2000(layout, samples, options);
    };
    return {{"native", sliceLayout("1.2.840.10008.1.2.1", 12), asIs},
        {"bigEndian", sliceLayout("1.2.840.10008.1.2.2", 12), swapped},
        {"rle", sliceLayout("1.2.840.10008.1.2.5", 12), rle},
        {"jpegBaseline", sliceLayout("1.2.840.10008.1.2.4.50", 8), jpeg(encoders::JpegKind::Baseline)},
        {"jpegExtended", sliceLayout("1.2.840.10008.1.2.4.51", 12), jpeg(encoders::JpegKind::Extended)},
        {"jpegLossless", sliceLayout("1.2.840.10008.1.2.4.70", 12), jpeg(encoders::JpegKind::LosslessFirstOrder)},
        {"jpegLs", sliceLayout("1.2.840.10008.1.2.4.80", 12), jpegLs},
        {"jpeg2000", sliceLayout("1.2.840.10008.1.2.4.90", 12), jpeg2000}};
}

/// "sum" is that of the samples, so that a peer's answer can be compared.
void decode(benchmark::State& state, const Case& codec)
{
    const Bytes stream = codec.encode(codec.layout, slice(codec.layout));
    const imaging::EncodedFrame frame{{stream}, 0};
    Bytes samples(imaging::decodedFrameBytes(codec.layout));
    for ([[maybe_unused]] auto _ : state) {
        imaging::decodeFrame(codec.layout, frame, samples, "bench");
        benchmark::DoNotOptimize(samples.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(samples.size()));
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(codec.layout));
    double sum = 0;
    for (std::size_t i = 0; i < samples.size(); i += size) {
        std::uint16_t sample = 0;
        std::memcpy(&sample, &samples[i], size);
        sum += sample;
    }
    state.counters["sum"] = sum;
}

/// Only encapsulated ones: the others are no codecs.
void writeFiles(const std::filesystem::path& folder)
{
    for (const Case& codec : cases()) {
        if (!imaging::isEncapsulated(codec.layout.transferSyntaxUid))
            continue;
        test::DicomBytes set;
        set.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2").text(0x00080018, "UI", "1.2.3.4.5");
        set.number(0x00280002, 1).text(0x00280004, "CS", "MONOCHROME2").number(0x00280010, 512).number(0x00280011, 512);
        set.number(0x00280100, static_cast<std::uint32_t>(codec.layout.bitsAllocated));
        set.number(0x00280101, static_cast<std::uint32_t>(codec.layout.bitsStored));
        set.number(0x00280102, static_cast<std::uint32_t>(codec.layout.highBit)).number(0x00280103, 0);
        set.head(0x7FE00010, "OB", test::DicomBytes::kUndefined);
        set.raw(encoders::encapsulate({codec.encode(codec.layout, slice(codec.layout))}));
        test::writeFile(
            (folder / (std::string(codec.name) + ".dcm")).string(), test::part10(set, codec.layout.transferSyntaxUid));
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write") {
        writeFiles(argv[2]);
        return 0;
    }
    benchmark::Initialize(&argc, argv);
    for (const Case& codec : cases())
        benchmark::RegisterBenchmark(codec.name, decode, codec)->Unit(benchmark::kMillisecond);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
