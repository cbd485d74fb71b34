#include "models/clip/training/random_crop.h"

#include <algorithm>
#include <cmath>

namespace models::clip {

namespace {

constexpr double kLeastArea = 0.08;
constexpr double kLeastRatio = 3.0 / 4;
constexpr double kMostRatio = 4.0 / 3;

Crop middle(int width, int height)
{
    const double ratio = double(width) / height;
    Crop crop{0, 0, width, height, false};
    if (ratio < kLeastRatio)
        crop.height = std::max(1, int(std::lround(width / kLeastRatio)));
    else if (ratio > kMostRatio)
        crop.width = std::max(1, int(std::lround(height * kMostRatio)));
    crop.left = (width - crop.width) / 2;
    crop.top = (height - crop.height) / 2;
    return crop;
}

Crop drawPart(int width, int height, data::SeededRandom& random)
{
    constexpr int kTries = 10;
    for (int i = 0; i < kTries; ++i) {
        const double area = double(width) * height * (kLeastArea + (1 - kLeastArea) * random.uniform());
        const double ratio = std::exp(std::log(kLeastRatio) + std::log(kMostRatio / kLeastRatio) * random.uniform());
        Crop crop;
        crop.width = int(std::lround(std::sqrt(area * ratio)));
        crop.height = int(std::lround(std::sqrt(area / ratio)));
        if (crop.width < 1 || crop.width > width || crop.height < 1 || crop.height > height)
            continue;
        crop.top = int(random.below(std::uint64_t(height - crop.height + 1)));
        crop.left = int(random.below(std::uint64_t(width - crop.width + 1)));
        return crop;
    }
    return middle(width, height);
}

void mirror(vision::PictureBytes& picture)
{
    const auto channels = std::size_t(picture.channels);
    for (int row = 0; row < picture.height; ++row) {
        auto* const line = picture.bytes.data() + std::size_t(row) * std::size_t(picture.width) * channels;
        for (int left = 0, right = picture.width - 1; left < right; ++left, --right)
            std::swap_ranges(line + std::size_t(left) * channels, line + std::size_t(left + 1) * channels,
                line + std::size_t(right) * channels);
    }
}

} // namespace

Crop drawCrop(int width, int height, bool flips, data::SeededRandom random)
{
    auto crop = drawPart(width, height, random);
    crop.flip = flips && random.uniform() < 0.5;
    return crop;
}

vision::PictureBytes cropped(const vision::PictureView& picture, const Crop& crop, int size)
{
    const auto part = vision::croppedPicture(picture, crop.left, crop.top, crop.width, crop.height);
    auto square = vision::resizedBicubic(part.view(), size, size);
    if (crop.flip)
        mirror(square);
    return square;
}

} // namespace models::clip
