#include "annotations/filters/island_pairs.h"

#include "annotations/filters/islands.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <numbers>
#include <queue>
#include <utility>

namespace annotations::detail {

namespace {

/// The islands of a layer, each pixel with the number of its own.
struct NumberedLayer
{
    explicit NumberedLayer(const VoxelSet& set)
        : columns(set.size().columns)
        , number(set.voxels().size(), -1)
    {
        const Islands islands = islandsOf(set, Neighbours::Corners);
        count = islands.voxels.size();
        for (const IslandRun& run : islands.runs) {
            const auto at = number.begin()
                + (static_cast<std::ptrdiff_t>(run.row - set.box().firstRow) * columns + run.firstColumn
                    - set.box().firstColumn);
            std::fill_n(at, run.lastColumn - run.firstColumn + 1, static_cast<std::int32_t>(run.island));
        }
    }

    int columns;
    std::size_t count = 0;
    std::vector<std::int32_t> number; ///< -1: none.
};

/// For each pixel of `of` the island of `other` that it goes to: the one that is nearest through its own island.
std::vector<std::int32_t> shares(const NumberedLayer& of, const NumberedLayer& other, const VoxelSet& set)
{
    std::vector<std::int32_t> common(of.number.size(), -1);
    for (std::size_t i = 0; i < common.size(); ++i)
        if (of.number[i] >= 0)
            common[i] = other.number[i];
    return spreadFrom(common, set.voxels(), of.columns, set.grid().spacingMm[0], set.grid().spacingMm[1]).source;
}

Pixel pixelAt(std::size_t index, int columns)
{
    const auto i = static_cast<int>(index);
    return {i % columns, i / columns};
}

/// An island that overlaps none of the other layer.
struct LonelyIsland
{
    Pixels pixels;
    double columnMm = 0; ///< Of its middle.
    double rowMm = 0;
    double widthMm = 0; ///< Of a disc as large.
};

LonelyIsland lonely(Pixels pixels, const imaging::VoxelGrid& grid)
{
    LonelyIsland island;
    for (const Pixel& pixel : pixels) {
        island.columnMm += pixel.column;
        island.rowMm += pixel.row;
    }
    const auto count = static_cast<double>(pixels.size());
    island.columnMm *= grid.spacingMm[0] / count;
    island.rowMm *= grid.spacingMm[1] / count;
    island.widthMm = 2 * std::sqrt(count * grid.spacingMm[0] * grid.spacingMm[1] / std::numbers::pi);
    island.pixels = std::move(pixels);
    return island;
}

std::vector<LonelyIsland> lonelyOf(
    const NumberedLayer& layer, const std::vector<std::int32_t>& shares, const imaging::VoxelGrid& grid)
{
    std::vector<Pixels> byIsland(layer.count);
    for (std::size_t i = 0; i < shares.size(); ++i)
        if (layer.number[i] >= 0 && shares[i] < 0)
            byIsland[static_cast<std::size_t>(layer.number[i])].push_back(pixelAt(i, layer.columns));
    std::vector<LonelyIsland> islands;
    for (Pixels& pixels : byIsland)
        if (!pixels.empty())
            islands.push_back(lonely(std::move(pixels), grid));
    return islands;
}

/// The nearest pairs first; what is left is alone.
void pairLonely(std::vector<LonelyIsland> as, std::vector<LonelyIsland> bs, std::vector<ShapePair>& pairs)
{
    struct Candidate
    {
        double distanceMm;
        std::size_t a;
        std::size_t b;
    };
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < as.size(); ++i)
        for (std::size_t j = 0; j < bs.size(); ++j) {
            const double distance = std::hypot(as[i].columnMm - bs[j].columnMm, as[i].rowMm - bs[j].rowMm);
            if (distance <= as[i].widthMm + bs[j].widthMm)
                candidates.push_back({distance, i, j});
        }
    std::stable_sort(candidates.begin(), candidates.end(),
        [](const Candidate& one, const Candidate& other) { return one.distanceMm < other.distanceMm; });
    for (const Candidate& candidate : candidates) {
        Pixels& a = as[candidate.a].pixels;
        Pixels& b = bs[candidate.b].pixels;
        if (!a.empty() && !b.empty())
            pairs.push_back({std::exchange(a, {}), std::exchange(b, {})});
    }
    for (LonelyIsland& island : as)
        if (!island.pixels.empty())
            pairs.push_back({std::move(island.pixels), {}});
    for (LonelyIsland& island : bs)
        if (!island.pixels.empty())
            pairs.push_back({{}, std::move(island.pixels)});
}

} // namespace

std::vector<ShapePair> pairsOf(const VoxelSet& a, const VoxelSet& b)
{
    const NumberedLayer layerA(a);
    const NumberedLayer layerB(b);
    const auto sharesOfA = shares(layerA, layerB, a);
    const auto sharesOfB = shares(layerB, layerA, b);
    std::map<std::pair<std::int32_t, std::int32_t>, ShapePair> byIslands;
    for (std::size_t i = 0; i < sharesOfA.size(); ++i) {
        if (sharesOfA[i] >= 0)
            byIslands[{layerA.number[i], sharesOfA[i]}].a.push_back(pixelAt(i, layerA.columns));
        if (sharesOfB[i] >= 0)
            byIslands[{sharesOfB[i], layerB.number[i]}].b.push_back(pixelAt(i, layerB.columns));
    }
    std::vector<ShapePair> pairs;
    for (auto& [islands, pair] : byIslands)
        pairs.push_back(std::move(pair));
    pairLonely(lonelyOf(layerA, sharesOfA, a.grid()), lonelyOf(layerB, sharesOfB, b.grid()), pairs);
    return pairs;
}

Spread spreadFrom(std::span<const std::int32_t> sources, std::span<const std::uint8_t> domain, int columns,
    double columnMm, double rowMm)
{
    struct Reached
    {
        float distanceMm;
        std::int32_t at;
        bool operator>(const Reached& other) const { return distanceMm > other.distanceMm; }
    };
    Spread spread{std::vector<float>(domain.size(), std::numeric_limits<float>::infinity()),
        std::vector<std::int32_t>(domain.size(), -1)};
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> next;
    for (std::size_t i = 0; i < domain.size(); ++i)
        if (domain[i] && sources[i] >= 0) {
            spread.distanceMm[i] = 0;
            spread.source[i] = sources[i];
            next.push({0, static_cast<std::int32_t>(i)});
        }
    const int rows = columns > 0 ? static_cast<int>(domain.size()) / columns : 0;
    const auto across = static_cast<float>(std::hypot(columnMm, rowMm));
    while (!next.empty()) {
        const Reached from = next.top();
        next.pop();
        if (from.distanceMm > spread.distanceMm[static_cast<std::size_t>(from.at)])
            continue;
        const Pixel pixel = pixelAt(static_cast<std::size_t>(from.at), columns);
        for (int row = std::max(0, pixel.row - 1); row <= std::min(rows - 1, pixel.row + 1); ++row)
            for (int column = std::max(0, pixel.column - 1); column <= std::min(columns - 1, pixel.column + 1); ++column) {
                const auto at = static_cast<std::size_t>(row * columns + column);
                const float step = row == pixel.row ? static_cast<float>(columnMm)
                    : column == pixel.column        ? static_cast<float>(rowMm)
                                                    : across;
                const float distance = from.distanceMm + step;
                if (!domain[at] || distance >= spread.distanceMm[at])
                    continue;
                spread.distanceMm[at] = distance;
                spread.source[at] = spread.source[static_cast<std::size_t>(from.at)];
                next.push({distance, static_cast<std::int32_t>(at)});
            }
    }
    return spread;
}

} // namespace annotations::detail
