#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace imaging {

/// One of the eight ways to lay a picture on the table: its axes are exchanged first, then its columns, then its rows
/// are reversed.
struct Turn
{
    bool transposed = false;
    bool columnsReversed = false;
    bool rowsReversed = false;

    bool isNone() const { return !transposed && !columnsReversed && !rowsReversed; }
    friend bool operator==(const Turn&, const Turn&) = default;
};

/// The turn that takes a turned picture back.
inline Turn inverse(Turn turn)
{
    if (turn.transposed)
        std::swap(turn.columnsReversed, turn.rowsReversed);
    return turn;
}

/// One turn that does what two do, one after the other.
inline Turn together(Turn first, Turn second)
{
    if (second.transposed)
        std::swap(first.columnsReversed, first.rowsReversed);
    return {first.transposed != second.transposed, first.columnsReversed != second.columnsReversed,
        first.rowsReversed != second.rowsReversed};
}

/// The pixels of a turned picture, row by row. `pixels` holds `columns` x `rows` of them, each of `components` values.
/// A transposed picture has as many columns as it had rows.
template <typename T>
std::vector<T> turned(const std::vector<T>& pixels, int columns, int rows, Turn turn, int components = 1)
{
    if (turn.isNone())
        return pixels;
    std::vector<T> result;
    result.reserve(pixels.size());
    const int newColumns = turn.transposed ? rows : columns;
    const int newRows = turn.transposed ? columns : rows;
    const auto size = static_cast<std::size_t>(components);
    for (int row = 0; row < newRows; ++row)
        for (int column = 0; column < newColumns; ++column) {
            int x = turn.columnsReversed ? newColumns - 1 - column : column;
            int y = turn.rowsReversed ? newRows - 1 - row : row;
            if (turn.transposed)
                std::swap(x, y);
            const auto at = size
                * (static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(x));
            for (std::size_t i = 0; i < size; ++i)
                result.push_back(pixels[at + i]);
        }
    return result;
}

} // namespace imaging
