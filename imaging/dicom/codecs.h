#pragma once

#include "imaging/dicom/pixels.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// The decoders behind decodeFrame(). Each fills `destination` with decodedFrameBytes(layout) bytes, interleaved; the
/// layout was checked before. They throw Error naming `path`.
namespace imaging::detail {

/// The destination of one frame and what belongs to it.
struct FrameTarget
{
    const PixelLayout& layout;
    std::span<std::byte> samples;
    const std::string& path;

    std::size_t pixels() const
    {
        return static_cast<std::size_t>(layout.columns) * static_cast<std::size_t>(layout.rows);
    }
    std::size_t count() const { return pixels() * static_cast<std::size_t>(layout.samplesPerPixel); }
};

/// What the decoded colour samples are, before they are brought to RGB.
enum class ColourModel { AsHeaderSays, Rgb, YbrFull };

void decodeNative(const FrameTarget& target, const EncodedFrame& frame);
void decodeRle(const FrameTarget& target, std::span<const std::byte> data);
ColourModel decodeJpeg(const FrameTarget& target, std::span<const std::byte> data);
ColourModel decodeJpegLs(const FrameTarget& target, std::span<const std::byte> data);
ColourModel decodeJpeg2000(const FrameTarget& target, std::span<const std::byte> data);

/// Bytes of one native frame of this layout as stored, padding left out.
std::size_t nativeFrameBits(const PixelLayout& layout);

/// [[noreturn]] Error(InvalidInput): "The pixel data of 'path' cannot be decoded: reason."
[[noreturn]] void throwDamaged(const std::string& path, const std::string& reason);
/// [[noreturn]] Error(Unsupported) with the same beginning.
[[noreturn]] void throwUnsupported(const std::string& path, const std::string& reason);

/// `count` bytes from `at` on, the highest first; at most four.
inline std::uint32_t bigEndian(std::span<const std::byte> bytes, std::size_t at, std::size_t count)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

/// Keeps `bits` bits from `shift` upwards of every sample and clears or sign-extends the rest.
void fitBits(const FrameTarget& target, int bits, int shift);

/// Stores samples of `From` as samples of the target's size. Both have target.count() samples.
template <typename From> void widenSamples(std::span<const From> from, const FrameTarget& target)
{
    const auto store = [&](auto sample) {
        using To = decltype(sample);
        auto* to = reinterpret_cast<To*>(target.samples.data());
        for (std::size_t i = 0; i < from.size(); ++i)
            to[i] = static_cast<To>(from[i]);
    };
    switch (decodedSampleBytes(target.layout)) {
    case 1:
        return store(std::uint8_t{});
    case 2:
        return store(std::uint16_t{});
    default:
        return store(std::uint32_t{});
    }
}

/// Brings three interleaved samples per pixel from YBR to RGB where `model` or the header says they are YBR.
void convertToRgb(const FrameTarget& target, ColourModel model);

/// Reorders RRR..GGG..BBB.. to RGBRGB..; `planar` holds target.count() samples of the target's size.
void interleave(const FrameTarget& target, std::span<const std::byte> planar);

} // namespace imaging::detail
