#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace imaging::detail {

namespace {

template <typename Unsigned> void fitSamples(std::span<std::byte> bytes, int bits, int shift, bool isSigned)
{
    using Signed = std::make_signed_t<Unsigned>;
    constexpr int kWidth = static_cast<int>(sizeof(Unsigned)) * 8;
    if (bits >= kWidth)
        return;
    auto* samples = reinterpret_cast<Unsigned*>(bytes.data());
    const std::size_t count = bytes.size() / sizeof(Unsigned);
    const int up = kWidth - bits - shift;
    const int down = kWidth - bits;
    if (isSigned) {
        for (std::size_t i = 0; i < count; ++i)
            samples[i] = static_cast<Unsigned>(static_cast<Signed>(static_cast<Unsigned>(samples[i] << up)) >> down);
        return;
    }
    const auto mask = static_cast<Unsigned>((Unsigned{1} << bits) - 1);
    for (std::size_t i = 0; i < count; ++i)
        samples[i] = static_cast<Unsigned>((samples[i] >> shift) & mask);
}

/// Coefficients of PS3.3 C.7.6.3.1.2 in 1/65536.
struct YbrMatrix
{
    int luma;
    int crToRed;
    int cbToGreen;
    int crToGreen;
    int cbToBlue;
    int black; ///< Luma of black, in 8 bits.
};

constexpr YbrMatrix kFull{65536, 91881, 22554, 46802, 116130, 0};
constexpr YbrMatrix kPartial{76309, 104597, 25675, 53279, 132201, 16};

template <typename Sample> void convertSamples(std::span<std::byte> bytes, int bits, const YbrMatrix& matrix)
{
    auto* sample = reinterpret_cast<Sample*>(bytes.data());
    const std::int64_t maximum = (std::int64_t{1} << bits) - 1;
    const std::int64_t centre = std::int64_t{1} << (bits - 1);
    const std::int64_t black = matrix.black * (maximum + 1) / 256;
    const auto level = [&](std::int64_t fixed) {
        return static_cast<Sample>(std::clamp<std::int64_t>((fixed + 32768) >> 16, 0, maximum));
    };
    for (std::size_t i = 0; i + 2 < bytes.size() / sizeof(Sample); i += 3) {
        const std::int64_t y = (sample[i] - black) * matrix.luma;
        const std::int64_t cb = sample[i + 1] - centre;
        const std::int64_t cr = sample[i + 2] - centre;
        sample[i] = level(y + cr * matrix.crToRed);
        sample[i + 1] = level(y - cb * matrix.cbToGreen - cr * matrix.crToGreen);
        sample[i + 2] = level(y + cb * matrix.cbToBlue);
    }
}

} // namespace

void fitBits(const FrameTarget& target, int bits, int shift)
{
    const bool isSigned = target.layout.isSigned;
    switch (decodedSampleBytes(target.layout)) {
    case 1:
        return fitSamples<std::uint8_t>(target.samples, bits, shift, isSigned);
    case 2:
        return fitSamples<std::uint16_t>(target.samples, bits, shift, isSigned);
    case 4:
        return fitSamples<std::uint32_t>(target.samples, bits, shift, isSigned);
    default:
        return fitSamples<std::uint64_t>(target.samples, bits, shift, isSigned);
    }
}

void convertToRgb(const FrameTarget& target, ColourModel model)
{
    const PixelLayout& layout = target.layout;
    if (layout.samplesPerPixel != 3 || layout.isSigned || layout.isFloat || layout.bitsAllocated > 16)
        return;
    const bool partial = layout.photometric.starts_with("YBR_PARTIAL");
    const bool headerSaysYbr = partial || layout.photometric.starts_with("YBR_FULL");
    if (model == ColourModel::Rgb || (model == ColourModel::AsHeaderSays && !headerSaysYbr) || layout.bitsStored < 2)
        return;
    const YbrMatrix& matrix = partial ? kPartial : kFull;
    if (decodedSampleBytes(layout) == 1)
        convertSamples<std::uint8_t>(target.samples, layout.bitsStored, matrix);
    else
        convertSamples<std::uint16_t>(target.samples, layout.bitsStored, matrix);
}

void interleave(const FrameTarget& target, std::span<const std::byte> planar)
{
    const auto size = static_cast<std::size_t>(decodedSampleBytes(target.layout));
    const auto samples = static_cast<std::size_t>(target.layout.samplesPerPixel);
    const std::size_t pixels = target.pixels();
    for (std::size_t s = 0; s < samples; ++s)
        for (std::size_t p = 0; p < pixels; ++p)
            std::memcpy(&target.samples[(p * samples + s) * size], &planar[(s * pixels + p) * size], size);
}

} // namespace imaging::detail
