#include "models/vision/slice_preparation.h"

#include "imaging/error.h"
#include "models/vision/clahe.h"

#include <algorithm>
#include <cmath>

namespace models::vision {

namespace {

void stretchToBytes(std::vector<std::uint8_t>& levels)
{
    if (levels.empty())
        return;
    const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
    const int darkest = *low, width = *high - *low;
    if (width == 0)
        return;
    for (auto& level : levels)
        level = static_cast<std::uint8_t>(((level - darkest) * 255 + width / 2) / width);
}

} // namespace

void validate(const SlicePreparation& preparation)
{
    constexpr int kMostTiles = 64;
    constexpr int kLargestSide = 4096;
    const auto refuse = [](const char* reason) { throw imaging::Error(imaging::ErrorKind::WrongUse, reason); };
    if (!(preparation.claheClip >= 0) || !std::isfinite(preparation.claheClip))
        refuse("The clip limit of CLAHE must be a number of 0 or more.");
    if (preparation.claheTiles < 1 || preparation.claheTiles > kMostTiles)
        refuse("CLAHE needs 1 to 64 tiles along each side.");
    if (preparation.claheSide < preparation.claheTiles || preparation.claheSide > kLargestSide
        || preparation.claheSide % preparation.claheTiles != 0)
        refuse("The side of the picture for CLAHE must be a multiple of its tiles, at most 4096.");
}

PictureBytes prepared(PictureBytes picture, const SlicePreparation& preparation)
{
    if (picture.channels != 1)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "Only grey pictures are prepared as slices of a scanner.");
    if (preparation.stretch)
        stretchToBytes(picture.bytes);
    if (preparation.claheClip == 0)
        return picture;
    const int side = preparation.claheSide;
    auto square = resizedBicubic(picture.view(), side, side);
    square.bytes = equalized(square.bytes, side, side, preparation.claheClip, preparation.claheTiles);
    return square;
}

imaging::Slice preparedSlice(const imaging::Slice& slice, const SlicePreparation& preparation)
{
    PictureBytes picture{slice.columns, slice.rows, 1, {}};
    for (const float bright : imaging::brightness(slice))
        picture.bytes.push_back(
            static_cast<std::uint8_t>(std::lround(255 * std::clamp(std::isnan(bright) ? 0.0F : bright, 0.0F, 1.0F))));
    picture = prepared(std::move(picture), preparation);
    imaging::Slice result;
    result.columns = picture.width;
    result.rows = picture.height;
    result.values.assign(picture.bytes.begin(), picture.bytes.end());
    result.window = {127.5, 255};
    result.spacingMm = {
        slice.spacingMm[0] * slice.columns / picture.width, slice.spacingMm[1] * slice.rows / picture.height};
    return result;
}

bool isPictureOfLevels(const imaging::Slice& slice)
{
    return slice.modality.empty() && std::all_of(slice.values.begin(), slice.values.end(), [](float value) {
        return value >= 0 && value <= 255;
    });
}

} // namespace models::vision
