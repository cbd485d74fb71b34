#include "annotations/tools/edge_costs.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace annotations::detail {

namespace {

// The paper's weights, in parts of kWhole.
constexpr float kWhole = EdgeCosts::kWhole;
constexpr float kOfGradient = 0.43F;
constexpr float kOfLaplacian = 0.43F;

struct Plain
{
    int columns;
    int rows;
    std::vector<float> values;

    std::size_t at(int column, int row) const
    {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
    }
};

/// Binomial 1 4 6 4 1, the outermost pixels repeated: a Gaussian of sigma 1, without which noise has edges everywhere.
Plain smoothed(const Plain& picture)
{
    constexpr std::array<float, 5> kWeights{1 / 16.0F, 4 / 16.0F, 6 / 16.0F, 4 / 16.0F, 1 / 16.0F};
    Plain across{picture.columns, picture.rows, std::vector<float>(picture.values.size())};
    Plain both = across;
    for (int row = 0; row < picture.rows; ++row)
        for (int column = 0; column < picture.columns; ++column) {
            float sum = 0;
            for (int i = -2; i <= 2; ++i)
                sum += kWeights[static_cast<std::size_t>(i + 2)]
                    * picture.values[picture.at(std::clamp(column + i, 0, picture.columns - 1), row)];
            across.values[across.at(column, row)] = sum;
        }
    for (int row = 0; row < picture.rows; ++row) {
        std::array<const float*, 5> lines{};
        for (int i = -2; i <= 2; ++i)
            lines[static_cast<std::size_t>(i + 2)] =
                &across.values[across.at(0, std::clamp(row + i, 0, picture.rows - 1))];
        float* const out = &both.values[both.at(0, row)];
        for (int column = 0; column < picture.columns; ++column)
            out[column] = kWeights[0] * (lines[0][column] + lines[4][column])
                + kWeights[1] * (lines[1][column] + lines[3][column]) + kWeights[2] * lines[2][column];
    }
    return both;
}

/// A gradient than which hardly a pixel's is stronger: a clip or a wire must not make all else seem flat.
float strongGradient(const std::vector<float>& gradients)
{
    std::vector<float> some;
    for (std::size_t i = 0; i < gradients.size(); i += gradients.size() / 20'000 + 1)
        some.push_back(gradients[i]);
    const auto rank = static_cast<std::ptrdiff_t>(some.size() - 1 - some.size() / 50);
    std::nth_element(some.begin(), some.begin() + rank, some.end());
    return some[static_cast<std::size_t>(rank)];
}

struct Derivatives
{
    std::vector<float> gradient;
    std::vector<float> laplacian;
};

Derivatives derive(const Plain& picture, std::vector<std::array<float, 2>>& along)
{
    Derivatives d{std::vector<float>(picture.values.size()), std::vector<float>(picture.values.size())};
    const auto& v = picture.values;
    for (int row = 0; row < picture.rows; ++row) {
        const int above = std::max(row - 1, 0);
        const int below = std::min(row + 1, picture.rows - 1);
        for (int column = 0; column < picture.columns; ++column) {
            const float left = v[picture.at(std::max(column - 1, 0), row)];
            const float right = v[picture.at(std::min(column + 1, picture.columns - 1), row)];
            const float up = v[picture.at(column, above)];
            const float down = v[picture.at(column, below)];
            const std::size_t at = picture.at(column, row);
            const float x = right - left;
            const float y = down - up;
            const float size = std::sqrt(x * x + y * y);
            d.gradient[at] = size;
            d.laplacian[at] = left + right + up + down - 4 * v[at];
            along[at] = size > 0 ? std::array<float, 2>{y / size, -x / size} : std::array<float, 2>{0, 0};
        }
    }
    return d;
}

/// Whether the Laplacian changes its sign between a pixel and a neighbour that is farther from zero.
bool crossesZero(const Plain& shape, const std::vector<float>& laplacian, int column, int row)
{
    const float own = laplacian[shape.at(column, row)];
    const auto isFarther = [&](int c, int r) {
        if (c < 0 || r < 0 || c >= shape.columns || r >= shape.rows)
            return false;
        const float other = laplacian[shape.at(c, r)];
        return own * other < 0 && std::abs(own) <= std::abs(other);
    };
    return own == 0 || isFarther(column - 1, row) || isFarther(column + 1, row) || isFarther(column, row - 1)
        || isFarther(column, row + 1);
}

} // namespace

EdgeCosts edgeCosts(std::span<const float> values, int columns, int rows)
{
    EdgeCosts costs{columns, rows, std::vector<std::uint8_t>(values.size()),
        std::vector<std::array<float, 2>>(values.size())};
    Plain picture{columns, rows, {values.begin(), values.end()}};
    float lowest = 0;
    for (const float value : values)
        if (std::isfinite(value))
            lowest = std::min(lowest, value);
    std::replace_if(
        picture.values.begin(), picture.values.end(), [](float value) { return !std::isfinite(value); }, lowest);
    picture = smoothed(picture);
    const Derivatives d = derive(picture, costs.along);
    const float strong = std::max(strongGradient(d.gradient), 1e-20F);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const std::size_t at = picture.at(column, row);
            const float flat = 1 - std::min(d.gradient[at] / strong, 1.0F);
            const float smooth = crossesZero(picture, d.laplacian, column, row) ? 0.0F : 1.0F;
            // Where nothing changes the Laplacian crosses zero everywhere: only on an edge that says something.
            const float off = flat > 0.9F ? 1.0F : smooth;
            costs.pixel[at] = static_cast<std::uint8_t>(1 + kWhole * (kOfGradient * flat + kOfLaplacian * off));
        }
    return costs;
}

} // namespace annotations::detail
