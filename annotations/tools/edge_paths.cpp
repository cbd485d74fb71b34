#include "annotations/tools/edge_paths.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace annotations::detail {

namespace {

constexpr std::uint32_t kFar = std::numeric_limits<std::uint32_t>::max();
constexpr std::array<std::array<int, 2>, 8> kSteps{
    {{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}}};
constexpr float kDiagonal = 1.41421356F;

EdgePaths::Pixel heldWithin(const EdgeCosts& costs, EdgePaths::Pixel pixel)
{
    return {std::clamp(pixel[0], 0, costs.columns - 1), std::clamp(pixel[1], 0, costs.rows - 1)};
}

} // namespace

EdgePaths::EdgePaths(EdgeCosts costs, Pixel from)
    : m_costs(std::move(costs))
    , m_from(heldWithin(m_costs, from))
    , m_cost(m_costs.pixel.size(), kFar)
    , m_cameBy(m_costs.pixel.size(), 0)
    , m_settled(m_costs.pixel.size(), 0)
{
    const std::size_t start = numberOf(m_from);
    m_cost[start] = 0;
    m_buckets[0].push_back(static_cast<std::uint32_t>(start));
}

std::size_t EdgePaths::numberOf(Pixel pixel) const
{
    return static_cast<std::size_t>(pixel[1]) * static_cast<std::size_t>(m_costs.columns)
        + static_cast<std::size_t>(pixel[0]);
}

void EdgePaths::settleUntil(std::size_t wanted, std::size_t budget)
{
    while (m_settled[wanted] == 0 && budget > 0) {
        auto& bucket = m_buckets[m_reached % kBuckets];
        if (bucket.empty()) {
            ++m_reached; // Every pixel can be reached, so that one of the next buckets has some.
            continue;
        }
        const std::size_t at = bucket.back();
        bucket.pop_back();
        if (m_settled[at] != 0 || m_cost[at] != m_reached)
            continue; // A cheaper way was found since.
        m_settled[at] = 1;
        relax(at);
        --budget;
    }
}

void EdgePaths::relax(std::size_t from)
{
    const int column = static_cast<int>(from % static_cast<std::size_t>(m_costs.columns));
    const int row = static_cast<int>(from / static_cast<std::size_t>(m_costs.columns));
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        const Pixel next{column + kSteps[i][0], row + kSteps[i][1]};
        if (next[0] < 0 || next[1] < 0 || next[0] >= m_costs.columns || next[1] >= m_costs.rows)
            continue;
        const std::size_t to = numberOf(next);
        if (m_settled[to] != 0)
            continue;
        const float size = i < 4 ? 1 : kDiagonal;
        const std::array<float, 2> way{
            static_cast<float>(kSteps[i][0]) / size, static_cast<float>(kSteps[i][1]) / size};
        const std::uint32_t cost = m_reached + m_costs.ofStep(from, to, way, size);
        if (cost >= m_cost[to])
            continue;
        m_cost[to] = cost;
        m_cameBy[to] = static_cast<std::uint8_t>(i);
        m_buckets[cost % kBuckets].push_back(static_cast<std::uint32_t>(to));
    }
}

EdgePaths::Pixel EdgePaths::settledTowards(Pixel to) const
{
    const int steps = std::max(std::abs(to[0] - m_from[0]), std::abs(to[1] - m_from[1]));
    for (int i = steps; i > 0; --i) {
        const Pixel at{m_from[0] + (to[0] - m_from[0]) * i / steps, m_from[1] + (to[1] - m_from[1]) * i / steps};
        if (m_settled[numberOf(at)] != 0)
            return at;
    }
    return m_from;
}

std::vector<EdgePaths::Pixel> EdgePaths::pathTo(Pixel to, std::size_t budget)
{
    const Pixel wanted = heldWithin(m_costs, to);
    settleUntil(numberOf(wanted), budget);
    Pixel at = settledTowards(wanted);
    std::vector<Pixel> path{at};
    while (at != m_from) {
        const auto& step = kSteps[m_cameBy[numberOf(at)]];
        at = {at[0] - step[0], at[1] - step[1]};
        path.push_back(at);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

} // namespace annotations::detail
