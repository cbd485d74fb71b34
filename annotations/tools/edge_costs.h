#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace annotations::detail {

/// How little it costs to go along the edges of a picture: the local costs of Mortensen and Barrett, "Interactive
/// segmentation with intelligent scissors", 1998, section 3.1: low where the gradient is strong, where the Laplacian
/// crosses zero, and where the way runs along the edge rather than across it.
struct EdgeCosts
{
    int columns = 0;
    int rows = 0;
    std::vector<std::uint8_t> pixel; ///< 1.. of each pixel, by its gradient and its Laplacian.
    std::vector<std::array<float, 2>> along; ///< Of length 1, the way on which an edge runs here; zero where none does.

    /// What the dearest pixel costs: times the root of two, a step along a diagonal, and one more still fits a byte.
    static constexpr float kWhole = 112;
    static constexpr float kOfDirection = 0.14F; ///< The paper's weight of going along the edge.

    /// Of the step from a pixel to its neighbour, by their numbers: 1 to 255. `step` on the picture, of length 1;
    /// `size` pixels long.
    std::uint32_t ofStep(std::size_t from, std::size_t to, std::array<float, 2> step, float size) const
    {
        // The paper's arc cosines as the lines that they nearly are; either way along an edge is as good.
        const float first = along[from][0] * step[0] + along[from][1] * step[1];
        const float second = along[to][0] * step[0] + along[to][1] * step[1];
        const float across = (2 - std::abs(first) - (first < 0 ? -second : second)) * (kOfDirection * kWhole / 3);
        return static_cast<std::uint32_t>(size * (static_cast<float>(pixel[to]) + across)) + 1;
    }
};

/// `values` row by row; those that are no numbers count as the lowest that there is.
EdgeCosts edgeCosts(std::span<const float> values, int columns, int rows);

} // namespace annotations::detail
