#pragma once

#include "annotations/tools/edge_costs.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace annotations::detail {

/// The cheapest ways from one pixel to others, by Dijkstra's algorithm with one bucket for each cost (Dial 1969). It
/// goes only as far as the farthest pixel that was asked for, and on from there, so that what a hand asks for pixel by
/// pixel is found once.
class EdgePaths
{
public:
    using Pixel = std::array<int, 2>; ///< Column, row.
    static constexpr std::size_t kEndless = std::numeric_limits<std::size_t>::max();

    /// `from` is held within the picture, which must have a pixel.
    EdgePaths(EdgeCosts costs, Pixel from);

    /// From the beginning to `to`, both included, each a neighbour of the one before; `to` is held within the picture.
    /// Looks at no more than `budget` pixels anew: where that is too few, the path ends at the pixel nearest to `to` that
    /// is known on the straight way there, and the next call goes on.
    std::vector<Pixel> pathTo(Pixel to, std::size_t budget = kEndless);

private:
    static constexpr std::size_t kBuckets = 256; ///< More than a step costs.

    std::size_t numberOf(Pixel pixel) const;
    void settleUntil(std::size_t wanted, std::size_t budget);
    Pixel settledTowards(Pixel to) const;
    void relax(std::size_t from);

    EdgeCosts m_costs;
    Pixel m_from;
    std::array<std::vector<std::uint32_t>, kBuckets> m_buckets; ///< Of pixels, by their cost modulo the number.
    std::vector<std::uint32_t> m_cost;
    std::vector<std::uint8_t> m_cameBy; ///< The direction of the last step.
    std::vector<std::uint8_t> m_settled;
    std::uint32_t m_reached = 0; ///< All pixels that cost less are settled.
};

} // namespace annotations::detail
