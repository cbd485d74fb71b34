#include "models/data/resize.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace models::data {

namespace {

std::vector<std::uint8_t> bytesOf(const at::Tensor& tensor)
{
    const auto bytes = tensor.to(at::kByte).contiguous();
    const auto* data = bytes.const_data_ptr<std::uint8_t>();
    return {data, data + bytes.numel()};
}

/// "rgbrgb..." -> "rr...gg...bb..."
std::vector<std::uint8_t> planesOf(const Picture& picture)
{
    const auto channels = std::size_t(picture.channels), pixels = picture.values.size() / channels;
    std::vector<std::uint8_t> planes(picture.values.size());
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
        for (std::size_t channel = 0; channel < channels; ++channel)
            planes[channel * pixels + pixel] = picture.values[pixel * channels + channel];
    return planes;
}

/// The part of each new pixel's area that is set, [size, size].
at::Tensor share(const std::vector<std::uint8_t>& values, const FullMask& mask, int size)
{
    const auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(values), at::kByte)
                            .view({1, 1, mask.rows, mask.columns})
                            .to(at::kFloat); // [1, 1, rows, columns]
    return at::adaptive_avg_pool2d(pixels, {size, size})[0][0];
}

std::vector<std::uint8_t> resizedLabels(const FullMask& mask, int size)
{
    const int highest = *std::max_element(mask.labels.begin(), mask.labels.end());
    auto best = at::full({size, size}, -1.0F);
    auto labels = at::zeros({size, size});
    for (int label = 0; label <= highest; ++label) {
        std::vector<std::uint8_t> own(mask.labels.size());
        std::transform(mask.labels.begin(), mask.labels.end(), own.begin(),
            [label](std::uint8_t value) { return std::uint8_t(value == label); });
        const auto part = share(own, mask, size);
        labels.masked_fill_(part >= best, label);
        best = at::maximum(best, part);
    }
    return bytesOf(labels);
}

} // namespace

std::vector<std::uint8_t> resizedPicture(const Picture& picture, int size)
{
    const auto planes = picture.channels == 1 ? picture.values : planesOf(picture);
    if (picture.columns == size && picture.rows == size)
        return planes;
    auto pixels = at::tensor(at::ArrayRef<std::uint8_t>(planes), at::kByte)
                      .view({1, picture.channels, picture.rows, picture.columns})
                      .to(at::kFloat); // [1, channels, rows, columns]
    return bytesOf(at::_upsample_bilinear2d_aa(pixels, {size, size}, /*align_corners=*/false).round().clamp(0, 255));
}

std::vector<std::uint8_t> resizedMask(const FullMask& mask, int size)
{
    const bool fits = mask.columns == size && mask.rows == size;
    if (!mask.labels.empty())
        return fits ? mask.labels : resizedLabels(mask, size);
    std::vector<std::uint8_t> values(mask.values.begin(), mask.values.end());
    return fits ? values : bytesOf(share(values, mask, size) >= 0.5);
}

} // namespace models::data
