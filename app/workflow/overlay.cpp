#include "app/workflow/mask_files.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>

namespace app {

namespace {

int sliceWithMost(const annotations::LabelMap& map)
{
    int best = 0;
    std::ptrdiff_t most = -1;
    for (int k = 0; k < map.grid().slices; ++k) {
        const auto slice = map.slice(k);
        const auto count = std::count_if(slice.begin(), slice.end(), [](std::uint16_t v) { return v != 0; });
        if (count > most) {
            most = count;
            best = k;
        }
    }
    return best;
}

/// The size of the slice with square pixels: the longer side of each is repeated.
struct SquareSize
{
    int columns = 0;
    int rows = 0;
};

SquareSize squareSize(const imaging::Slice& slice)
{
    constexpr double kMost = 20;
    const double wide = std::clamp(slice.spacingMm[0] / slice.spacingMm[1], 1 / kMost, kMost);
    return {static_cast<int>(std::lround(slice.columns * std::max(1.0, wide))),
        static_cast<int>(std::lround(slice.rows * std::max(1.0, 1 / wide)))};
}

} // namespace

annotations::CapturedPicture drawOver(const imaging::Volume& volume, const annotations::LabelMap& map,
    const annotations::LabelTable& labels, int index, std::optional<imaging::WindowLevel> window)
{
    constexpr float kOpacity = 0.4F;
    auto slice = imaging::sliceOf(volume, index);
    slice.window = window.value_or(slice.window);
    const auto grey = imaging::brightness(slice);
    const auto mask = map.slice(index);
    const auto size = squareSize(slice);
    annotations::CapturedPicture picture{size.columns, size.rows, {}, index};
    picture.pixels.reserve(3 * static_cast<std::size_t>(size.columns) * static_cast<std::size_t>(size.rows));
    const auto sourceOf = [](int at, int shown, int own) {
        return static_cast<std::size_t>(at) * static_cast<std::size_t>(own) / static_cast<std::size_t>(shown);
    };
    for (int row = 0; row < size.rows; ++row)
        for (int column = 0; column < size.columns; ++column) {
            const std::size_t i = sourceOf(row, size.rows, slice.rows) * static_cast<std::size_t>(slice.columns)
                + sourceOf(column, size.columns, slice.columns);
            const auto* label = mask[i] != 0 ? annotations::findLabel(labels, mask[i]) : nullptr;
            for (std::size_t channel = 0; channel < 3; ++channel) {
                float value = grey[i] * 255;
                if (label && label->visible)
                    value = (1 - kOpacity) * value + kOpacity * static_cast<float>(label->colour[channel]);
                picture.pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
            }
        }
    return picture;
}

void writeOverlay(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result)
{
    checkDrawnOverFormat(path);
    const auto picture = drawOver(volume, result.map, result.labels, sliceWithMost(result.map));
    if (path.extension() == ".dcm")
        annotations::writeSecondaryCapture(path, volume, picture, {.provenance = result.provenance});
    else
        imaging::writeRgbPng(path, picture.columns, picture.rows, picture.pixels);
}

} // namespace app
