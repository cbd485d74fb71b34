#pragma once

#include <vector>

namespace models::vision {

/// A square of a picture's own pixels. It may reach over the right and lower edge of a picture smaller than it.
struct Tile
{
    int left = 0;
    int top = 0;
    int size = 0;

    friend bool operator==(const Tile&, const Tile&) = default;
};

/// Tiles that cover a picture row by row, neighbours sharing at least `overlap` pixels; the last of each row and column
/// ends at the picture's edge. `overlap` must be less than `size`.
std::vector<Tile> tilesOf(int columns, int rows, int size, int overlap);

} // namespace models::vision
