#include "imaging/dicom/codecs.h"

#include "imaging/dicom/transfer_syntaxes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace imaging::detail {

namespace {

static_assert(std::endian::native == std::endian::little, "decoded samples are little endian");

using Bytes = std::span<const std::byte>;

bool isBigEndian(const PixelLayout& layout)
{
    return layout.transferSyntaxUid == transfer_syntax::kExplicitBig
        || layout.transferSyntaxUid == transfer_syntax::kGePrivate;
}

bool is422(const PixelLayout& layout)
{
    return layout.samplesPerPixel == 3 && layout.photometric.ends_with("_422");
}

/// Little endian bytes of a frame whose samples have at most 8 bits: the words of big endian OW values are swapped
/// back.
Bytes swappedWords(Bytes data, std::vector<std::byte>& storage)
{
    storage.assign(data.begin(), data.end());
    for (std::size_t i = 0; i + 1 < storage.size(); i += 2)
        std::swap(storage[i], storage[i + 1]);
    return storage;
}

void unpackBits(const FrameTarget& target, Bytes data, std::size_t firstBit)
{
    for (std::size_t i = 0; i < target.samples.size(); ++i) {
        const std::size_t bit = firstBit + i;
        target.samples[i] = (data[bit / 8] >> (bit % 8)) & std::byte{1};
    }
}

/// PS3.3 C.7.6.3.1.2: Y1 Y2 Cb Cr for two neighbouring pixels.
void expand422(const FrameTarget& target, Bytes data)
{
    auto* to = target.samples.data();
    for (std::size_t pair = 0; pair < target.pixels() / 2; ++pair) {
        const auto* from = data.data() + pair * 4;
        for (std::size_t k = 0; k < 2; ++k, to += 3) {
            to[0] = from[k];
            to[1] = from[2];
            to[2] = from[3];
        }
    }
}

template <std::size_t Stored, std::size_t Size> void copyReversible(const FrameTarget& target, Bytes data, bool reverse)
{
    const auto* from = data.data();
    auto* to = target.samples.data();
    for (std::size_t i = 0; i < target.count(); ++i, from += Stored, to += Size) {
        std::array<std::byte, Size> sample{};
        for (std::size_t k = 0; k < Stored; ++k)
            sample[k] = from[reverse ? Stored - 1 - k : k];
        std::memcpy(to, sample.data(), Size);
    }
}

/// Samples of `stored` bytes in either byte order to this machine's samples of the target's size.
void copySamples(const FrameTarget& target, Bytes data, std::size_t stored, bool bigEndian)
{
    const auto size = static_cast<std::size_t>(decodedSampleBytes(target.layout));
    if (stored == size && (!bigEndian || size == 1))
        std::memcpy(target.samples.data(), data.data(), target.samples.size());
    else if (stored == 2)
        copyReversible<2, 2>(target, data, bigEndian);
    else if (stored == 3)
        copyReversible<3, 4>(target, data, bigEndian);
    else if (stored == 4)
        copyReversible<4, 4>(target, data, bigEndian);
    else
        copyReversible<8, 8>(target, data, bigEndian);
}

} // namespace

std::size_t nativeFrameBits(const PixelLayout& layout)
{
    const std::size_t pixels = static_cast<std::size_t>(layout.columns) * static_cast<std::size_t>(layout.rows);
    if (is422(layout) && layout.bitsAllocated == 8 && layout.columns % 2 == 0)
        return pixels * 2 * 8;
    return pixels * static_cast<std::size_t>(layout.samplesPerPixel) * static_cast<std::size_t>(layout.bitsAllocated);
}

void decodeNative(const FrameTarget& target, const EncodedFrame& frame)
{
    const PixelLayout& layout = target.layout;
    Bytes data = frame.fragments.empty() ? Bytes{} : frame.fragments.front();
    const auto firstBit = static_cast<std::size_t>(std::max(frame.firstBit, 0));
    std::size_t bits = nativeFrameBits(layout);
    if (data.size() * 8 < firstBit + bits)
        throwDamaged(target.path, "a frame has fewer bytes than its size needs");

    std::vector<std::byte> storage;
    if (isBigEndian(layout) && layout.storedAsWords && layout.bitsAllocated <= 8)
        data = swappedWords(data, storage);
    if (layout.bitsAllocated == 1)
        return unpackBits(target, data, firstBit);
    data = data.subspan(firstBit / 8);
    const std::size_t fullBytes = target.count() * static_cast<std::size_t>(layout.bitsAllocated / 8);
    if (data.size() < fullBytes)
        return expand422(target, data);

    copySamples(target, data, static_cast<std::size_t>(layout.bitsAllocated / 8), isBigEndian(layout));
    if (layout.samplesPerPixel == 3 && layout.planarConfiguration == 1) {
        const std::vector<std::byte> planar(target.samples.begin(), target.samples.end());
        interleave(target, planar);
    }
    if (layout.isFloat)
        return;
    const bool shiftMakesSense = layout.highBit >= layout.bitsStored - 1 && layout.highBit < layout.bitsAllocated;
    fitBits(target, layout.bitsStored, shiftMakesSense ? layout.highBit + 1 - layout.bitsStored : 0);
}

} // namespace imaging::detail
