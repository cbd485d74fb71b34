#include "models/training/augment_frame.h"

#include <ATen/ATen.h>

#include <cmath>

namespace models::training {

namespace {

/// Where each pixel of a moved picture comes from, in grid_sampler's frame (-1..1, x to the right): [1, 2, 3].
at::Tensor samplingMatrix(const Augmentation& augmentation)
{
    const float cosine = std::cos(augmentation.radians) / augmentation.scale;
    const float sine = std::sin(augmentation.radians) / augmentation.scale;
    const float x = 2 * augmentation.shiftX;
    const float y = 2 * augmentation.shiftY;
    return at::tensor({cosine, sine, -(cosine * x + sine * y), -sine, cosine, sine * x - cosine * y}, at::kFloat)
        .view({1, 2, 3});
}

/// `matrix` [1, 2, 3] says where each new pixel comes from.
at::Tensor sampled(const at::Tensor& planes, const at::Tensor& matrix)
{
    constexpr int kBilinear = 0;
    constexpr int kZeros = 0;
    const auto input = planes.unsqueeze(0); // [1, C, S, S]
    const auto grid = at::affine_grid_generator(matrix, input.sizes(), /*align_corners=*/false);
    return at::grid_sampler(input, grid, kBilinear, kZeros, /*align_corners=*/false)[0]; // [C, S, S]
}

/// Of y = M x + t: x = M^-1 y - M^-1 t.
at::Tensor inverseOf(const at::Tensor& matrix)
{
    const auto linear = at::linalg_inv(matrix.narrow(2, 0, 2)); // [1, 2, 2]
    return at::cat({linear, -at::matmul(linear, matrix.narrow(2, 2, 1))}, 2); // [1, 2, 3]
}

} // namespace

at::Tensor toShownFrame(const at::Tensor& planes, const Augmentation& augmentation)
{
    auto flipped = augmentation.flip ? planes.flip(2) : planes;
    if (augmentation.topDown)
        flipped = flipped.flip(1);
    flipped = flipped.rot90(augmentation.quarterTurns, {1, 2});
    return augmentation.moves() ? sampled(flipped, samplingMatrix(augmentation)) : flipped;
}

OwnFrame toOwnFrame(const at::Tensor& shown, const Augmentation& augmentation)
{
    constexpr double kWhole = 0.999; // Below it a part comes from outside the shown picture.
    auto both = at::cat({shown, at::ones_like(shown.narrow(0, 0, 1))}); // [C + 1, S, S]
    if (augmentation.moves())
        both = sampled(both, inverseOf(samplingMatrix(augmentation)));
    both = both.rot90(-augmentation.quarterTurns, {1, 2});
    if (augmentation.topDown)
        both = both.flip(1);
    if (augmentation.flip)
        both = both.flip(2);
    const auto channels = shown.size(0);
    return {both.narrow(0, 0, channels), both.narrow(0, channels, 1) > kWhole};
}

} // namespace models::training
