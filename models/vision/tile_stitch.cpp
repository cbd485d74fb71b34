#include "models/vision/tile_stitch.h"

#include <algorithm>

namespace models::vision {

TileStitch::TileStitch(int columns, int rows, int overlap)
    : m_columns(columns)
    , m_rows(rows)
    , m_overlap(overlap)
    , m_sums(std::size_t(columns) * std::size_t(rows), 0)
    , m_weights(m_sums.size(), 0)
{
}

/// Rises from the tile's edge over the width of the overlap.
float TileStitch::weight(int place, int size) const
{
    const float fromEdge = float(std::min(place, size - 1 - place)) + 0.5F;
    return m_overlap > 0 ? std::min(1.0F, fromEdge / float(m_overlap)) : 1.0F;
}

void TileStitch::add(const Tile& tile, const std::vector<float>& values)
{
    for (int row = 0; row < std::min(tile.size, m_rows - tile.top); ++row)
        for (int column = 0; column < std::min(tile.size, m_columns - tile.left); ++column) {
            const auto to = std::size_t(tile.top + row) * std::size_t(m_columns) + std::size_t(tile.left + column);
            const float share = weight(row, tile.size) * weight(column, tile.size);
            m_sums[to] += share * values[std::size_t(row) * std::size_t(tile.size) + std::size_t(column)];
            m_weights[to] += share;
        }
}

std::vector<float> TileStitch::result() const
{
    std::vector<float> values(m_sums.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (m_weights[i] > 0)
            values[i] = m_sums[i] / m_weights[i];
    return values;
}

} // namespace models::vision
