#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <bit>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kHeaderBytes = 64;

std::size_t little32(Bytes bytes, std::size_t at)
{
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= static_cast<std::size_t>(bytes[at + i]) << (8 * i);
    return value;
}

/// PS3.5 G.3.1, PackBits: writes every `stride`-th byte of `to`, beginning with the first. False when bytes are
/// missing.
bool unpackSegment(Bytes segment, std::span<std::byte> to, std::size_t stride, std::size_t count)
{
    std::size_t at = 0;
    std::size_t written = 0;
    while (written < count && at < segment.size()) {
        const auto control = static_cast<std::int8_t>(segment[at++]);
        if (control == -128)
            continue;
        if (control < 0) {
            if (at == segment.size())
                return false;
            const std::size_t run = std::min(static_cast<std::size_t>(1 - control), count - written);
            for (std::size_t i = 0; i < run; ++i)
                to[(written + i) * stride] = segment[at];
            ++at;
            written += run;
        } else {
            const std::size_t wanted = std::min(static_cast<std::size_t>(control) + 1, count - written);
            if (wanted > segment.size() - at)
                return false;
            for (std::size_t i = 0; i < wanted; ++i)
                to[(written + i) * stride] = segment[at + i];
            at += wanted;
            written += wanted;
        }
    }
    return written == count;
}

} // namespace

void decodeRle(const FrameTarget& target, Bytes data)
{
    const PixelLayout& layout = target.layout;
    const auto stored = static_cast<std::size_t>((layout.bitsAllocated + 7) / 8);
    const auto size = static_cast<std::size_t>(decodedSampleBytes(layout));
    const auto samples = static_cast<std::size_t>(layout.samplesPerPixel);
    if (layout.bitsAllocated < 8)
        throwUnsupported(target.path, "RLE with 1-bit samples is not supported");
    if (data.size() < kHeaderBytes)
        throwDamaged(target.path, "the RLE header is cut off");
    if (little32(data, 0) != stored * samples || stored * samples > 15)
        throwDamaged(target.path,
            "the RLE header gives " + std::to_string(little32(data, 0)) + " segments where "
                + std::to_string(stored * samples) + " are needed");

    std::fill(target.samples.begin(), target.samples.end(), std::byte{0});
    for (std::size_t segment = 0; segment < stored * samples; ++segment) {
        const std::size_t begin = little32(data, 4 + 4 * segment);
        const std::size_t end = segment + 1 < stored * samples ? little32(data, 8 + 4 * segment) : data.size();
        if (begin < kHeaderBytes || end < begin || end > data.size())
            throwDamaged(target.path, "an RLE segment lies outside its frame");
        // Segments come sample by sample, the most significant byte first.
        const std::size_t significance = stored - 1 - segment % stored;
        const std::size_t byte = std::endian::native == std::endian::little ? significance : size - 1 - significance;
        const auto to = target.samples.subspan(segment / stored * size + byte);
        if (!unpackSegment(data.subspan(begin, end - begin), to, samples * size, target.pixels()))
            throwDamaged(target.path, "an RLE segment ends too early");
    }
    const bool shiftMakesSense = layout.highBit >= layout.bitsStored - 1 && layout.highBit < layout.bitsAllocated;
    fitBits(target, layout.bitsStored, shiftMakesSense ? layout.highBit + 1 - layout.bitsStored : 0);
}

} // namespace imaging::detail
