#pragma once

#include "models/vision/tile_grid.h"

#include <vector>

namespace models::vision {

/// Puts what is known of tiles together on their picture: where tiles overlap, each counts the less the nearer its edge
/// is, so that no seam is seen.
class TileStitch
{
public:
    TileStitch(int columns, int rows, int overlap);

    /// `values` of the whole tile, size x size; what lies outside of the picture is left out.
    void add(const Tile& tile, const std::vector<float>& values);

    /// columns x rows; 0 where no tile was.
    std::vector<float> result() const;

private:
    float weight(int place, int size) const;

    int m_columns;
    int m_rows;
    int m_overlap;
    std::vector<float> m_sums;
    std::vector<float> m_weights;
};

} // namespace models::vision
