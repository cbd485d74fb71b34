#include "models/training/resize.h"

#include <ATen/ATen.h>

namespace models {

namespace {

std::vector<std::uint8_t> bytesOf(const at::Tensor& tensor)
{
    const auto bytes = tensor.to(at::kByte).contiguous();
    const auto* data = bytes.const_data_ptr<std::uint8_t>();
    return {data, data + bytes.numel()};
}

} // namespace

std::vector<std::uint8_t> resizedPicture(const GreyPicture& picture, int size)
{
    if (picture.columns == size && picture.rows == size)
        return picture.values;
    auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(picture.values), at::kByte)
                      .view({1, 1, picture.rows, picture.columns})
                      .to(at::kFloat); // [1, 1, rows, columns]
    return bytesOf(at::_upsample_bilinear2d_aa(pixels, {size, size}, /*align_corners=*/false).round().clamp(0, 255));
}

std::vector<std::uint8_t> resizedMask(const FullMask& mask, int size)
{
    std::vector<std::uint8_t> values(mask.values.begin(), mask.values.end());
    if (mask.columns == size && mask.rows == size)
        return values;
    auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(values), at::kByte)
                      .view({1, 1, mask.rows, mask.columns})
                      .to(at::kFloat); // [1, 1, rows, columns]
    return bytesOf(at::adaptive_avg_pool2d(pixels, {size, size}) >= 0.5);
}

} // namespace models
