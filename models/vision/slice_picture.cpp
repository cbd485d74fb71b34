#include "models/vision/slice_picture.h"

#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace models::vision {

namespace {

PictureBytes bytesOf(const imaging::Slice& slice)
{
    PictureBytes picture{slice.columns, slice.rows, 1, {}};
    if (slice.colour.size() == 3 * slice.values.size()) {
        picture.channels = 3;
        picture.bytes = slice.colour;
        return picture;
    }
    const auto bright = imaging::brightness(slice);
    picture.bytes.resize(bright.size());
    std::transform(bright.begin(), bright.end(), picture.bytes.begin(), [](float value) {
        return static_cast<std::uint8_t>(std::lround(255 * std::clamp(std::isnan(value) ? 0.0F : value, 0.0F, 1.0F)));
    });
    return picture;
}

/// Of the picture with square pixels: the longer edge of a pixel sets the size of the new ones, so that no picture grows
/// beyond what it was.
std::array<int, 2> squareSize(int width, int height, const std::array<double, 2>& spacingMm)
{
    const double aspect = spacingMm[0] / spacingMm[1];
    constexpr double kSquare = 1e-3;
    if (!(aspect > 0) || !std::isfinite(aspect) || std::abs(aspect - 1) < kSquare)
        return {width, height};
    const auto scaled = [](int length, double by) { return std::max(1, static_cast<int>(std::lround(length * by))); };
    return {scaled(width, std::min(1.0, aspect)), scaled(height, std::min(1.0, 1 / aspect))};
}

} // namespace

PictureBytes shownPicture(const imaging::Slice& slice)
{
    const auto pixels = static_cast<std::size_t>(std::max(slice.columns, 0)) * static_cast<std::size_t>(std::max(slice.rows, 0));
    if (pixels == 0 || slice.values.size() != pixels)
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The picture has no pixels.");
    const auto turn = slice.sides.toUsual;
    const auto upright = turn.isNone() ? slice : imaging::turned(slice, turn);
    auto picture = bytesOf(upright);
    const auto [width, height] = squareSize(picture.width, picture.height, upright.spacingMm);
    const bool asItIs = width == picture.width && height == picture.height;
    return asItIs ? std::move(picture) : resizedBicubic(picture.view(), width, height);
}

std::array<int, 2> shownSize(const imaging::Slice& slice)
{
    const auto& spacing = slice.spacingMm;
    return slice.sides.toUsual.transposed ? squareSize(slice.rows, slice.columns, {spacing[1], spacing[0]})
                                          : squareSize(slice.columns, slice.rows, spacing);
}

} // namespace models::vision
