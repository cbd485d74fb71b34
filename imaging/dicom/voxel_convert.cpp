#include "imaging/dicom/voxel_convert.h"

#include "imaging/dicom/frame_source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace imaging {

namespace {

/// Where the meaningful bits of a stored sample are. Decoded samples are already right aligned and sign extended.
struct SampleBits
{
    int shift = 0;
    std::uint64_t mask = ~std::uint64_t{0};
    std::uint64_t sign = 0; ///< The highest bit of signed samples, else 0.
};

SampleBits bitsOf(const ImageDescription& image, int sampleBytes)
{
    const PixelLayout& layout = image.layout;
    SampleBits bits;
    const int stored = std::clamp(layout.bitsStored, 1, 8 * sampleBytes);
    if (FrameSource::isPlain(image))
        bits.shift = std::clamp(layout.highBit + 1 - stored, 0, 8 * sampleBytes - stored);
    bits.mask = ~std::uint64_t{0} >> static_cast<unsigned>(64 - stored);
    bits.sign = layout.isSigned ? std::uint64_t{1} << static_cast<unsigned>(stored - 1) : 0;
    return bits;
}

std::int64_t sampleValue(std::uint64_t raw, const SampleBits& bits)
{
    const std::uint64_t value = (raw >> static_cast<unsigned>(bits.shift)) & bits.mask;
    return static_cast<std::int64_t>((value ^ bits.sign) - bits.sign);
}

/// A sample as a number; unsigned ones of 64 bits do not fit std::int64_t.
double sampleNumber(std::uint64_t raw, const SampleBits& bits)
{
    const std::int64_t value = sampleValue(raw, bits);
    return bits.sign == 0 ? static_cast<double>(static_cast<std::uint64_t>(value)) : static_cast<double>(value);
}

bool isWhole(double value)
{
    return value == std::floor(value) && std::abs(value) < 1e9;
}

/// 16-bit samples to 16-bit voxels with slope 1, the path of nearly every CT: one pass in 16-bit arithmetic, eight
/// samples at a time with any x86-64. Overflow wraps here; whether there was one is seen from the extremes.
template <typename Out>
bool convertShort(
    std::span<const std::byte> samples, std::span<std::byte> voxels, const SampleBits& bits, std::int32_t intercept)
{
    const auto* in = reinterpret_cast<const std::uint16_t*>(samples.data());
    auto* out = reinterpret_cast<Out*>(voxels.data());
    const auto mask = static_cast<std::uint16_t>(bits.mask);
    const auto sign = static_cast<std::uint16_t>(bits.sign);
    const auto offset = intercept - static_cast<std::int32_t>(sign);
    const auto shortOffset = static_cast<std::uint16_t>(offset);
    const int shift = bits.shift;
    // Only signed 16-bit extremes are one instruction: turning the highest bit keeps the order of unsigned ones.
    constexpr std::uint16_t kTurn = 0x8000;
    std::int16_t low = std::numeric_limits<std::int16_t>::max();
    std::int16_t high = std::numeric_limits<std::int16_t>::min();
    const std::size_t count = voxels.size() / sizeof(Out);
    for (std::size_t i = 0; i < count; ++i) {
        const auto raised = static_cast<std::uint16_t>(((in[i] >> shift) & mask) ^ sign);
        const auto ordered = static_cast<std::int16_t>(raised ^ kTurn);
        low = std::min(low, ordered);
        high = std::max(high, ordered);
        out[i] = static_cast<Out>(static_cast<std::uint16_t>(raised + shortOffset));
    }
    const auto value = [&](std::int16_t ordered) {
        return static_cast<std::int32_t>(static_cast<std::uint16_t>(static_cast<std::uint16_t>(ordered) ^ kTurn))
            + offset;
    };
    return count == 0
        || (value(low) >= std::numeric_limits<Out>::min() && value(high) <= std::numeric_limits<Out>::max());
}

/// Everything else that is one component: by way of double, which holds all integers of DICOM exactly.
template <typename In, typename Out>
bool convertAny(
    const ImageDescription& image, Rescale rescale, std::span<const std::byte> samples, std::span<std::byte> voxels)
{
    const auto* in = reinterpret_cast<const In*>(samples.data());
    auto* out = reinterpret_cast<Out*>(voxels.data());
    const SampleBits bits = bitsOf(image, sizeof(In));
    bool fits = true;
    for (std::size_t i = 0; i < voxels.size() / sizeof(Out); ++i) {
        double value = 0;
        if constexpr (std::is_floating_point_v<In>)
            value = static_cast<double>(in[i]) * rescale.slope + rescale.intercept;
        else if (image.modalityLut)
            value = (*image.modalityLut)(sampleValue(in[i], bits));
        else
            value = sampleNumber(in[i], bits) * rescale.slope + rescale.intercept;
        if constexpr (std::is_integral_v<Out>) {
            fits &= value >= std::numeric_limits<Out>::min() && value <= std::numeric_limits<Out>::max();
            if (!fits)
                return false;
        }
        out[i] = static_cast<Out>(value);
    }
    return true;
}

template <typename In>
bool convertFrom(const ImageDescription& image, Rescale rescale, std::span<const std::byte> samples, VoxelType type,
    std::span<std::byte> voxels)
{
    switch (type) {
    case VoxelType::UInt8:
        return convertAny<In, std::uint8_t>(image, rescale, samples, voxels);
    case VoxelType::Int8:
        return convertAny<In, std::int8_t>(image, rescale, samples, voxels);
    case VoxelType::UInt16:
        return convertAny<In, std::uint16_t>(image, rescale, samples, voxels);
    case VoxelType::Int16:
        return convertAny<In, std::int16_t>(image, rescale, samples, voxels);
    case VoxelType::UInt32:
        return convertAny<In, std::uint32_t>(image, rescale, samples, voxels);
    case VoxelType::Int32:
        return convertAny<In, std::int32_t>(image, rescale, samples, voxels);
    case VoxelType::Float32:
        return convertAny<In, float>(image, rescale, samples, voxels);
    case VoxelType::Float64:
        break;
    }
    return convertAny<In, double>(image, rescale, samples, voxels);
}

/// Colours of any depth to 8 bits each.
template <typename In>
void convertColour(const ImageDescription& image, std::span<const std::byte> samples, std::span<std::byte> voxels)
{
    const auto* in = reinterpret_cast<const In*>(samples.data());
    const SampleBits bits = bitsOf(image, sizeof(In));
    const int stored = std::min(image.layout.bitsStored, static_cast<int>(8 * sizeof(In)));
    for (std::size_t i = 0; i < voxels.size(); ++i) {
        const std::uint64_t value = in[i] & bits.mask;
        const std::uint64_t eight = stored >= 8 ? value >> static_cast<unsigned>(stored - 8) : value * 255 / bits.mask;
        voxels[i] = static_cast<std::byte>(eight);
    }
}

/// Whether the entries of a palette use all 16 bits; some writers put 8-bit values into 16-bit words.
bool isDeep(const std::vector<LookupTable>& palette)
{
    return std::any_of(palette.begin(), palette.end(), [](const LookupTable& table) {
        return std::any_of(table.entries.begin(), table.entries.end(), [](std::uint16_t entry) { return entry > 255; });
    });
}

template <typename In>
void convertPalette(const ImageDescription& image, std::span<const std::byte> samples, std::span<std::byte> voxels)
{
    const auto* in = reinterpret_cast<const In*>(samples.data());
    const SampleBits bits = bitsOf(image, sizeof(In));
    const unsigned shift = isDeep(image.palette) ? 8 : 0;
    for (std::size_t i = 0; i < voxels.size() / 3; ++i) {
        const std::int64_t index = sampleValue(in[i], bits);
        for (std::size_t colour = 0; colour < 3; ++colour)
            voxels[3 * i + colour] = static_cast<std::byte>(image.palette[colour](index) >> shift);
    }
}

ValueRange rangeOf(const ImageDescription& image, Rescale rescale)
{
    if (image.modalityLut) {
        const auto [low, high] =
            std::minmax_element(image.modalityLut->entries.begin(), image.modalityLut->entries.end());
        return {static_cast<double>(*low), static_cast<double>(*high), true};
    }
    const int bits = std::clamp(image.layout.bitsStored, 1, 64);
    const double lowest = image.layout.isSigned ? -std::ldexp(1, bits - 1) : 0;
    const double highest = image.layout.isSigned ? std::ldexp(1, bits - 1) - 1 : std::ldexp(1, bits) - 1;
    const double a = lowest * rescale.slope + rescale.intercept;
    const double b = highest * rescale.slope + rescale.intercept;
    return {std::min(a, b), std::max(a, b), isWhole(rescale.slope) && isWhole(rescale.intercept)};
}

VoxelChoice choiceFor(const ValueRange& range, int storedBits)
{
    const auto fits = [&](double low, double high) { return range.low >= low && range.high <= high; };
    if (!range.whole)
        return {.type = storedBits > 24 ? VoxelType::Float64 : VoxelType::Float32};
    if (fits(0, 255))
        return {.type = VoxelType::UInt8};
    if (fits(-128, 127))
        return {.type = VoxelType::Int8};
    if (fits(-32768, 32767))
        return {.type = VoxelType::Int16};
    if (fits(0, 65535))
        return {.type = VoxelType::UInt16};
    if (storedBits <= 16 && fits(-131072, 131071))
        return {.type = VoxelType::Int16, .mayOverflow = true};
    if (fits(std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()))
        return {.type = VoxelType::Int32};
    if (fits(0, std::numeric_limits<std::uint32_t>::max()))
        return {.type = VoxelType::UInt32};
    return {.type = VoxelType::Float64};
}

bool isColour(const ImageDescription& image)
{
    return image.layout.samplesPerPixel == 3 || !image.palette.empty();
}

} // namespace

ValueRange valueRange(const ImageDescription& image)
{
    if (image.layout.isFloat)
        return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), false};
    ValueRange all = rangeOf(image, image.rescale.front());
    for (const Rescale& rescale : image.rescale) {
        const ValueRange range = rangeOf(image, rescale);
        all = {std::min(all.low, range.low), std::max(all.high, range.high), all.whole && range.whole};
    }
    return all;
}

VoxelChoice chooseVoxelType(const std::vector<ImageDescription>& images)
{
    if (isColour(images.front()))
        return {.type = VoxelType::UInt8, .components = 3};
    ValueRange all = valueRange(images.front());
    int bits = 0;
    for (const ImageDescription& image : images) {
        if (image.layout.isFloat)
            return {.type = image.layout.bitsAllocated == 64 ? VoxelType::Float64 : VoxelType::Float32};
        bits = std::max(bits, image.layout.bitsStored);
        const ValueRange range = valueRange(image);
        all = {std::min(all.low, range.low), std::max(all.high, range.high), all.whole && range.whole};
    }
    return choiceFor(all, bits);
}

bool convertFrame(const ImageDescription& image, int frame, std::span<const std::byte> samples, VoxelType type,
    std::span<std::byte> voxels)
{
    const Rescale& rescale = image.rescaleOf(frame);
    const int sampleBytes = decodedSampleBytes(image.layout);
    if (!image.palette.empty()) {
        sampleBytes == 1 ? convertPalette<std::uint8_t>(image, samples, voxels)
                         : convertPalette<std::uint16_t>(image, samples, voxels);
        return true;
    }
    if (image.layout.samplesPerPixel == 3) {
        if (sampleBytes == 1)
            convertColour<std::uint8_t>(image, samples, voxels);
        else
            sampleBytes == 2 ? convertColour<std::uint16_t>(image, samples, voxels)
                             : convertColour<std::uint32_t>(image, samples, voxels);
        return true;
    }
    if (image.layout.isFloat)
        return sampleBytes == 8 ? convertFrom<double>(image, rescale, samples, type, voxels)
                                : convertFrom<float>(image, rescale, samples, type, voxels);
    const bool isShort = sampleBytes == 2 && rescale.slope == 1 && isWhole(rescale.intercept) && !image.modalityLut;
    if (isShort && type == VoxelType::Int16)
        return convertShort<std::int16_t>(
            samples, voxels, bitsOf(image, 2), static_cast<std::int32_t>(rescale.intercept));
    if (isShort && type == VoxelType::UInt16)
        return convertShort<std::uint16_t>(
            samples, voxels, bitsOf(image, 2), static_cast<std::int32_t>(rescale.intercept));
    if (sampleBytes == 8)
        return convertFrom<std::uint64_t>(image, rescale, samples, type, voxels);
    if (sampleBytes == 1)
        return convertFrom<std::uint8_t>(image, rescale, samples, type, voxels);
    return sampleBytes == 2 ? convertFrom<std::uint16_t>(image, rescale, samples, type, voxels)
                            : convertFrom<std::uint32_t>(image, rescale, samples, type, voxels);
}

} // namespace imaging
