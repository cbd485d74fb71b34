#include "models/vision/picture_resize.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace models::vision {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr int kLargestEdge = 65535;
constexpr int kWeightBits = 22; // 32 less 8 of the value and 2 of weights beyond 1 and sums of them.

/// Which pixels of a row make one new pixel, and with what weights.
struct Window
{
    int first = 0;
    std::span<const std::int32_t> weights;
};

struct Windows
{
    std::vector<std::int32_t> weights; ///< `widest` for each new pixel
    std::vector<int> firsts;
    std::vector<int> counts;
    std::size_t widest = 0;

    Window of(int at) const
    {
        const auto i = static_cast<std::size_t>(at);
        return {firsts[i], std::span(weights).subspan(i * widest, static_cast<std::size_t>(counts[i]))};
    }
};

/// Keys' cubic convolution with a = -0.5 (IEEE Trans. ASSP 29, 1981), in the order of operations that Pillow uses.
double bicubic(double x)
{
    constexpr double kA = -0.5;
    x = std::abs(x);
    if (x < 1.0)
        return ((kA + 2.0) * x - (kA + 3.0)) * x * x + 1;
    if (x < 2.0)
        return (((x - 5) * x + 8) * x - 4) * kA;
    return 0.0;
}

double bilinear(double x)
{
    x = std::abs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

/// A function of the distance, and how far it reaches where the picture does not shrink.
struct Filter
{
    double (*weightAt)(double x);
    double support;
};

constexpr Filter kBicubic{bicubic, 2.0};
constexpr Filter kBilinear{bilinear, 1.0};

std::int32_t fixedPoint(double weight)
{
    constexpr double kOne = 1 << kWeightBits;
    return static_cast<std::int32_t>(weight < 0 ? weight * kOne - 0.5 : weight * kOne + 0.5);
}

Windows windowsOf(int from, int to, const Filter& filter)
{
    const double scale = static_cast<double>(from) / to;
    const double widened = std::max(scale, 1.0);
    const double support = filter.support * widened;
    Windows result;
    result.widest = static_cast<std::size_t>(std::ceil(support)) * 2 + 1;
    result.weights.resize(result.widest * static_cast<std::size_t>(to));
    std::vector<double> weights;
    for (int at = 0; at < to; ++at) {
        const double center = (at + 0.5) * scale;
        const int first = std::max(static_cast<int>(center - support + 0.5), 0);
        const int end = std::min(static_cast<int>(center + support + 0.5), from);
        weights.clear();
        double sum = 0;
        for (int i = first; i < end; ++i) {
            weights.push_back(filter.weightAt((i - center + 0.5) * (1.0 / widened)));
            sum += weights.back();
        }
        const auto base = static_cast<std::size_t>(at) * result.widest;
        for (std::size_t i = 0; i < weights.size(); ++i)
            result.weights[base + i] = fixedPoint(sum != 0.0 ? weights[i] / sum : weights[i]);
        result.firsts.push_back(first);
        result.counts.push_back(end - first);
    }
    return result;
}

std::uint8_t clipped(std::int32_t sum)
{
    return static_cast<std::uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

template <int kChannels> void resizeRow(const std::uint8_t* row, const Windows& windows, std::span<std::uint8_t> out)
{
    for (std::size_t at = 0; at < windows.firsts.size(); ++at) {
        const auto window = windows.of(static_cast<int>(at));
        const auto* pixel = row + static_cast<std::size_t>(window.first) * kChannels;
        std::array<std::int32_t, kChannels> sums;
        sums.fill(1 << (kWeightBits - 1));
        for (const auto weight : window.weights)
            for (auto& sum : sums)
                sum += *pixel++ * weight;
        for (int channel = 0; channel < kChannels; ++channel)
            out[at * kChannels + static_cast<std::size_t>(channel)] = clipped(sums[static_cast<std::size_t>(channel)]);
    }
}

PictureBytes emptyPicture(int width, int height, int channels)
{
    const auto bytes =
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
    return {width, height, channels, std::vector<std::uint8_t>(bytes)};
}

PictureBytes resizedAcross(const PictureView& picture, int width, const Filter& filter)
{
    constexpr std::array kRows{resizeRow<1>, resizeRow<2>, resizeRow<3>, resizeRow<4>};
    const auto windows = windowsOf(picture.width, width, filter);
    auto result = emptyPicture(width, picture.height, picture.channels);
    const auto channels = static_cast<std::size_t>(picture.channels);
    const auto stride = static_cast<std::size_t>(width) * channels;
    for (int y = 0; y < picture.height; ++y) {
        const auto row = static_cast<std::size_t>(y);
        kRows[channels - 1](picture.bytes.data() + row * static_cast<std::size_t>(picture.width) * channels, windows,
            std::span(result.bytes).subspan(row * stride, stride));
    }
    return result;
}

PictureBytes resizedDown(const PictureView& picture, int height, const Filter& filter)
{
    const auto windows = windowsOf(picture.height, height, filter);
    auto result = emptyPicture(picture.width, height, picture.channels);
    const auto stride = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
    std::vector<std::int32_t> sums(stride);
    for (int y = 0; y < height; ++y) {
        const auto window = windows.of(y);
        std::fill(sums.begin(), sums.end(), 1 << (kWeightBits - 1));
        const auto* row = picture.bytes.data() + static_cast<std::size_t>(window.first) * stride;
        for (const auto weight : window.weights) {
            for (std::size_t i = 0; i < stride; ++i)
                sums[i] += row[i] * weight;
            row += stride;
        }
        std::transform(
            sums.begin(), sums.end(), result.bytes.begin() + static_cast<std::ptrdiff_t>(stride) * y, clipped);
    }
    return result;
}

PictureBytes inWidth(const PictureView& picture, int width, const Filter& filter)
{
    if (width == picture.width)
        return {picture.width, picture.height, picture.channels, {picture.bytes.begin(), picture.bytes.end()}};
    return resizedAcross(picture, width, filter);
}

PictureBytes inHeight(const PictureView& picture, int height, const Filter& filter)
{
    if (height == picture.height)
        return {picture.width, picture.height, picture.channels, {picture.bytes.begin(), picture.bytes.end()}};
    return resizedDown(picture, height, filter);
}

void requirePicture(const PictureView& picture)
{
    const bool plausible = picture.width > 0 && picture.height > 0 && picture.width <= kLargestEdge
        && picture.height <= kLargestEdge && picture.channels >= 1 && picture.channels <= 4;
    if (!plausible
        || picture.bytes.size()
            != static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height)
                * static_cast<std::size_t>(picture.channels))
        throw Error(ErrorKind::InvalidInput,
            "A picture of " + std::to_string(picture.width) + " x " + std::to_string(picture.height) + " pixels with "
                + std::to_string(picture.channels) + " channels and " + std::to_string(picture.bytes.size())
                + " bytes cannot be resized: it needs 1 to 65535 pixels along each edge and a byte for each value.");
}

PictureBytes resized(const PictureView& picture, int width, int height, const Filter& filter)
{
    requirePicture(picture);
    if (width < 1 || height < 1 || width > kLargestEdge || height > kLargestEdge)
        throw Error(ErrorKind::InvalidInput,
            "A picture cannot be resized to " + std::to_string(width) + " x " + std::to_string(height)
                + " pixels: choose 1 to 65535 along each edge.");
    const bool downFirst = height < picture.height && picture.height - height > 2 * (picture.width - width);
    if (downFirst)
        return inWidth(inHeight(picture, height, filter).view(), width, filter);
    return inHeight(inWidth(picture, width, filter).view(), height, filter);
}

} // namespace

PictureBytes resizedBicubic(const PictureView& picture, int width, int height)
{
    return resized(picture, width, height, kBicubic);
}

PictureBytes resizedBilinear(const PictureView& picture, int width, int height)
{
    return resized(picture, width, height, kBilinear);
}

PictureBytes croppedPicture(const PictureView& picture, int left, int top, int width, int height)
{
    requirePicture(picture);
    if (left < 0 || top < 0 || width < 1 || height < 1 || width > picture.width - left || height > picture.height - top)
        throw Error(ErrorKind::InvalidInput,
            "A part of " + std::to_string(width) + " x " + std::to_string(height)
                + " pixels reaches over the edge of a " + "picture of " + std::to_string(picture.width) + " x "
                + std::to_string(picture.height) + " pixels.");
    auto result = emptyPicture(width, height, picture.channels);
    const auto channels = static_cast<std::size_t>(picture.channels);
    const auto stride = static_cast<std::size_t>(width) * channels;
    for (int y = 0; y < height; ++y) {
        const auto row = static_cast<std::size_t>(top + y) * static_cast<std::size_t>(picture.width);
        const auto* from = picture.bytes.data() + (row + static_cast<std::size_t>(left)) * channels;
        std::copy_n(from, stride, result.bytes.begin() + static_cast<std::ptrdiff_t>(stride) * y);
    }
    return result;
}

} // namespace models::vision
