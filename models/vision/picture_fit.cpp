#include "models/vision/picture_fit.h"

#include "imaging/error.h"

#include <string>

namespace models::vision {

namespace {

/// The long edge, truncated as in the originals. Nearly all of a narrow strip would be cut off again.
int scaledEdge(int longEdge, int shortEdge, int size)
{
    constexpr std::int64_t kLongest = 65535;
    const auto edge = static_cast<std::int64_t>(size) * longEdge / shortEdge;
    if (edge > kLongest)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "A picture of " + std::to_string(shortEdge) + " by " + std::to_string(longEdge)
                + " pixels is too narrow for a square of " + std::to_string(size)
                + " pixels around its centre: crop it first.");
    return static_cast<int>(edge);
}

/// All 256 values that a byte can become, as Hugging Face computes them: a product of doubles, the rest in floats.
std::array<float, 256> valuesOf(float mean, float deviation)
{
    std::array<float, 256> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = (static_cast<float>(static_cast<double>(i) * (1.0 / 255.0)) - mean) / deviation;
    return values;
}

PictureBytes scaledTo(const PictureView& picture, int width, int height, ResizeFilter filter)
{
    return filter == ResizeFilter::Bilinear ? resizedBilinear(picture, width, height)
                                            : resizedBicubic(picture, width, height);
}

} // namespace

SquarePlace squarePlace(int width, int height, const PictureFit& fit)
{
    SquarePlace place{fit.size, fit.size, 0, 0};
    if (fit.fit == SquareFit::Squash || width <= 0 || height <= 0)
        return place;
    if (width > height)
        place.width = scaledEdge(width, height, fit.size);
    else
        place.height = scaledEdge(height, width, fit.size);
    place.left = (place.width - fit.size) / 2;
    place.top = (place.height - fit.size) / 2;
    return place;
}

PictureBytes fittedPicture(const PictureView& picture, const PictureFit& fit)
{
    const auto place = squarePlace(picture.width, picture.height, fit);
    auto scaled = scaledTo(picture, place.width, place.height, fit.filter);
    if (place.width == fit.size && place.height == fit.size)
        return scaled;
    return croppedPicture(scaled.view(), place.left, place.top, fit.size, fit.size);
}

std::vector<float> normalizedPicture(const PictureView& picture, const PictureFit& fit)
{
    const auto pixels = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    const auto channels = static_cast<std::size_t>(picture.channels);
    if ((channels != 1 && channels != 3) || picture.bytes.size() != pixels * channels)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "A picture with " + std::to_string(picture.channels)
                + " channels cannot be shown to the network: it takes grey or red, green and blue.");
    std::vector<float> result(3 * pixels);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto values = valuesOf(fit.mean[channel], fit.deviation[channel]);
        const auto* from = picture.bytes.data() + (channels == 3 ? channel : 0);
        for (std::size_t i = 0; i < pixels; ++i)
            result[channel * pixels + i] = values[from[i * channels]];
    }
    return result;
}

} // namespace models::vision
