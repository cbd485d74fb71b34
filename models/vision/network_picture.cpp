#include "models/vision/network_picture.h"

#include "imaging/error.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::vision {

namespace {

/// Where the picture lies in the network's square.
struct Content
{
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int64_t columns = 0;
    std::int64_t rows = 0;
};

Content contentOf(int columns, int rows, double pixelAspect, std::int64_t size, SliceFit fit)
{
    if (fit == SliceFit::Squash)
        return {0, 0, size, size};
    const double width = columns * pixelAspect;
    const double scale = static_cast<double>(size) / std::max<double>(width, rows);
    Content content;
    content.columns = std::clamp<std::int64_t>(std::lround(width * scale), 1, size);
    content.rows = std::clamp<std::int64_t>(std::lround(rows * scale), 1, size);
    content.left = (size - content.columns) / 2;
    content.top = (size - content.rows) / 2;
    return content;
}

void requirePixels(const imaging::Slice& slice)
{
    if (slice.columns < 1 || slice.rows < 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The picture has no pixels.");
    if (slice.values.size() != static_cast<std::size_t>(slice.columns) * static_cast<std::size_t>(slice.rows))
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The picture's size does not fit its number of values.");
}

/// own [1, C, rows, columns] -> [1, C, S, S], black around it.
at::Tensor onSquare(const at::Tensor& own, double pixelAspect, std::int64_t size, SliceFit fit)
{
    const auto content =
        contentOf(static_cast<int>(own.size(3)), static_cast<int>(own.size(2)), pixelAspect, size, fit);
    const auto resized = at::_upsample_bilinear2d_aa(own, {content.rows, content.columns}, /*align_corners=*/false);
    auto square = torch::zeros({1, own.size(1), size, size});
    square.narrow(2, content.top, content.rows).narrow(3, content.left, content.columns).copy_(resized.clamp(0, 1));
    return square;
}

/// [1, 1, rows, columns], 0..1
at::Tensor brightnessOf(const imaging::Slice& slice)
{
    requirePixels(slice);
    auto bright = imaging::brightness(slice);
    return torch::from_blob(bright.data(), {1, 1, slice.rows, slice.columns}).nan_to_num_(0).clone();
}

/// [1, 1 or 3, rows, columns], 0..1
at::Tensor ownPicture(const imaging::Slice& slice, const NetworkSquare& square)
{
    requirePixels(slice);
    if (!square.colour || slice.colour.size() != 3 * slice.values.size())
        return brightnessOf(slice);
    const auto bytes = at::tensor(at::ArrayRef<std::uint8_t>(slice.colour), at::kByte);
    return bytes.view({1, slice.rows, slice.columns, 3}).permute({0, 3, 1, 2}).to(at::kFloat) / 255;
}

at::Tensor inEveryChannel(const at::Tensor& picture, const NetworkSquare& square)
{
    return picture.expand({1, square.channels, square.size, square.size}).contiguous();
}

} // namespace

double pixelAspect(const imaging::Slice& slice)
{
    const double aspect = slice.spacingMm[0] / slice.spacingMm[1];
    constexpr double kMost = 16; // A header can claim anything.
    return std::isfinite(aspect) && aspect > 0 ? std::clamp(aspect, 1 / kMost, kMost) : 1;
}

at::Tensor networkPicture(const imaging::Slice& slice, const NetworkSquare& square)
{
    return inEveryChannel(onSquare(ownPicture(slice, square), pixelAspect(slice), square.size, square.fit), square);
}

at::Tensor networkTiles(const imaging::Slice& slice, const NetworkSquare& square, const std::vector<Tile>& tiles)
{
    const auto own = ownPicture(slice, square); // [1, C, rows, columns]
    std::vector<at::Tensor> squares;
    for (const auto& tile : tiles) {
        const auto rows = std::min(tile.size, slice.rows - tile.top);
        const auto columns = std::min(tile.size, slice.columns - tile.left);
        auto cut = torch::zeros({1, own.size(1), tile.size, tile.size});
        cut.narrow(2, 0, rows).narrow(3, 0, columns).copy_(own.narrow(2, tile.top, rows).narrow(3, tile.left, columns));
        squares.push_back(inEveryChannel(onSquare(cut, 1, square.size, SliceFit::Squash), square));
    }
    return at::cat(squares);
}

at::Tensor networkMask(
    const std::vector<std::uint8_t>& mask, int columns, int rows, int size, SliceFit fit, double pixelAspect)
{
    if (columns < 1 || rows < 1 || mask.size() != static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The mask's size does not fit its number of values.");
    const auto own = at::tensor(at::ArrayRef<std::uint8_t>(mask), at::kByte).ne(0).to(at::kFloat);
    return onSquare(own.view({1, 1, rows, columns}), pixelAspect, size, fit);
}

std::vector<float> toSliceGrid(
    const at::Tensor& probabilities, int columns, int rows, SliceFit fit, double pixelAspect)
{
    const auto content = contentOf(columns, rows, pixelAspect, probabilities.size(0), fit);
    const auto inside = probabilities.to(at::kCPU, at::kFloat)
                            .narrow(0, content.top, content.rows)
                            .narrow(1, content.left, content.columns)
                            .contiguous()
                            .view({1, 1, content.rows, content.columns});
    std::vector<float> values(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    auto own = torch::from_blob(values.data(), {1, 1, rows, columns});
    // The antialiased filter is plain bilinear where the picture grows, and averages where it shrinks.
    at::_upsample_bilinear2d_aa_out(own, inside, {rows, columns}, /*align_corners=*/false);
    own.clamp_(0, 1);
    return values;
}

} // namespace models::vision
