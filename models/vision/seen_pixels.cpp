#include "models/vision/seen_pixels.h"

#include "models/vision/slice_picture.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::vision {

namespace {

/// The two cells of a row of `count` that a place 0..1 along it lies between, and how far it is from the first.
struct Between
{
    std::int64_t first = 0;
    std::int64_t second = 0;
    float share = 0;
    bool beyond = false; ///< The place is none on the row.
};

Between cellsAt(double place, std::int64_t count)
{
    const double at = std::clamp(place * static_cast<double>(count) - 0.5, 0.0, static_cast<double>(count - 1));
    const auto first = static_cast<std::int64_t>(at);
    return {first, std::min(first + 1, count - 1), static_cast<float>(at - static_cast<double>(first)),
        place < 0 || place >= 1};
}

/// For each of `pixels` along an edge of the upright picture, which is scaled to `scaled`, of which the square of `size`
/// begins at `begin`.
std::vector<Between> cellsAlong(int pixels, int scaled, int begin, int size, std::int64_t count)
{
    std::vector<Between> cells;
    for (int i = 0; i < pixels; ++i)
        cells.push_back(cellsAt(((i + 0.5) / pixels * scaled - begin) / size, count));
    return cells;
}

} // namespace

SeenPixels seenPixels(const imaging::Slice& slice, const PictureFit& fit)
{
    const auto shown = shownPicture(slice);
    const auto square = fittedPicture(shown.view(), fit);
    auto numbers = normalizedPicture(square.view(), fit);
    SeenPixels result;
    result.pixels = torch::from_blob(numbers.data(), {1, 3, fit.size, fit.size}).clone();
    result.size = fit.size;
    for (std::size_t i = 0; i < square.bytes.size(); i += static_cast<std::size_t>(square.channels))
        result.grey.push_back(square.bytes[i]);
    return result;
}

std::vector<float> onSliceGrid(const at::Tensor& map, const imaging::Slice& slice, const PictureFit& fit)
{
    const auto turn = slice.sides.toUsual;
    const int columns = turn.transposed ? slice.rows : slice.columns;
    const int rows = turn.transposed ? slice.columns : slice.rows;
    const auto [width, height] = shownSize(slice);
    const auto place = squarePlace(width, height, fit);
    const auto across = cellsAlong(columns, place.width, place.left, fit.size, map.size(1));
    const auto down = cellsAlong(rows, place.height, place.top, fit.size, map.size(0));
    const auto numbers = map.detach().to(torch::kCPU, torch::kFloat).contiguous();
    const auto cells = numbers.accessor<float, 2>();
    std::vector<float> upright;
    upright.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (const auto& y : down)
        for (const auto& x : across) {
            const float above = std::lerp(cells[y.first][x.first], cells[y.first][x.second], x.share);
            const float below = std::lerp(cells[y.second][x.first], cells[y.second][x.second], x.share);
            upright.push_back(x.beyond || y.beyond ? 0 : std::lerp(above, below, y.share));
        }
    return imaging::turned(upright, columns, rows, imaging::inverse(turn));
}

} // namespace models::vision
