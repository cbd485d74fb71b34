#include "tests/support/encoders/encoders.h"

#include <charls/charls.h>

#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>

namespace encoders {

namespace {

void put32(Bytes& to, std::uint32_t value)
{
    for (int i = 0; i < 4; ++i)
        to.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void appendRleSegment(Bytes& to, const Bytes& plane)
{
    std::size_t at = 0;
    while (at < plane.size()) {
        std::size_t run = 1;
        while (at + run < plane.size() && run < 128 && plane[at + run] == plane[at])
            ++run;
        if (run > 2) {
            to.push_back(static_cast<std::byte>(257 - run));
            to.push_back(plane[at]);
            at += run;
            continue;
        }
        const std::size_t literal = std::min<std::size_t>(plane.size() - at, 1 + (at * 7) % 100);
        to.push_back(static_cast<std::byte>(literal - 1));
        to.insert(to.end(), plane.begin() + static_cast<std::ptrdiff_t>(at),
            plane.begin() + static_cast<std::ptrdiff_t>(at + literal));
        at += literal;
    }
    if (to.size() % 2 != 0)
        to.push_back(std::byte{0});
}

} // namespace

Bytes makeSamples(const imaging::PixelLayout& layout, unsigned seed)
{
    std::mt19937 random(seed);
    Bytes bytes(imaging::decodedFrameBytes(layout));
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    const auto samples = static_cast<std::size_t>(layout.samplesPerPixel);
    const double range = std::ldexp(1.0, layout.bitsStored) - 1;
    const double low = layout.isSigned ? -std::ldexp(1.0, layout.bitsStored - 1) : 0;
    for (std::size_t i = 0; i * size < bytes.size(); ++i) {
        const auto column = static_cast<double>(i / samples % static_cast<std::size_t>(layout.columns));
        const auto row = static_cast<double>(i / samples / static_cast<std::size_t>(layout.columns));
        const double wave = 0.5 + 0.5 * std::sin(column / 9 + static_cast<double>(i % samples)) * std::cos(row / 7);
        const double noise = static_cast<double>(random() % 1000) / 1000 * 0.04;
        const double unit = std::fmod(row, 16) < 3 ? 0.25 : 0.96 * wave + noise; // A few constant rows give runs.
        const auto value = static_cast<std::int64_t>(low + std::round(unit * range));
        std::memcpy(&bytes[i * size], &value, size);
    }
    return bytes;
}

Bytes encodeRle(const imaging::PixelLayout& layout, std::span<const std::byte> samples)
{
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    const auto stored = static_cast<std::size_t>(layout.bitsAllocated / 8);
    const auto components = static_cast<std::size_t>(layout.samplesPerPixel);
    const std::size_t pixels = samples.size() / size / components;
    Bytes out(64);
    std::vector<std::uint32_t> header{static_cast<std::uint32_t>(stored * components)};
    for (std::size_t segment = 0; segment < stored * components; ++segment) {
        header.push_back(static_cast<std::uint32_t>(out.size()));
        Bytes plane(pixels);
        for (std::size_t p = 0; p < pixels; ++p)
            plane[p] = samples[(p * components + segment / stored) * size + stored - 1 - segment % stored];
        appendRleSegment(out, plane);
    }
    header.resize(16);
    std::memcpy(out.data(), header.data(), 64);
    return out;
}

Bytes encodeJpegLs(const imaging::PixelLayout& layout, std::span<const std::byte> samples, int precision,
    Interleave mode, int nearLossless)
{
    charls::jpegls_encoder encoder;
    encoder.frame_info({static_cast<std::uint32_t>(layout.columns), static_cast<std::uint32_t>(layout.rows), precision,
        layout.samplesPerPixel});
    encoder.interleave_mode(static_cast<charls::interleave_mode>(mode));
    encoder.near_lossless(nearLossless);
    Bytes out(encoder.estimated_destination_size() + 4096);
    encoder.destination(out.data(), out.size());
    // Bits above the precision must be clear, and CharLS wants planes where nothing is interleaved.
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    const auto components = mode == Interleave::None ? static_cast<std::size_t>(layout.samplesPerPixel) : 1;
    const std::size_t packed = precision <= 8 ? 1 : 2;
    const std::size_t count = samples.size() / size;
    Bytes input(count * packed);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t value = 0;
        std::memcpy(&value, &samples[i * size], packed);
        value &= (1U << precision) - 1;
        std::memcpy(&input[(i % components * (count / components) + i / components) * packed], &value, packed);
    }
    out.resize(encoder.encode(input.data(), input.size()));
    return out;
}

Bytes encapsulate(const std::vector<Bytes>& fragments, const std::vector<std::uint32_t>& offsets)
{
    Bytes out;
    put32(out, 0xE000FFFE);
    put32(out, static_cast<std::uint32_t>(offsets.size() * 4));
    for (const std::uint32_t offset : offsets)
        put32(out, offset);
    for (const Bytes& fragment : fragments) {
        put32(out, 0xE000FFFE);
        put32(out, static_cast<std::uint32_t>(fragment.size() + fragment.size() % 2));
        out.insert(out.end(), fragment.begin(), fragment.end());
        if (fragment.size() % 2 != 0)
            out.push_back(std::byte{0});
    }
    put32(out, 0xE0DDFFFE);
    put32(out, 0);
    return out;
}

} // namespace encoders
