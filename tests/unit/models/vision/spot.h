#pragma once

#include "imaging/slice.h"

namespace tiny {

/// One bright rectangle on black.
inline imaging::Slice spot(int columns, int rows, int left, int top, int width, int height)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {50, 100};
    slice.values.assign(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0);
    for (int row = top; row < top + height; ++row)
        for (int column = left; column < left + width; ++column)
            slice.values[static_cast<std::size_t>(row * columns + column)] = 100;
    return slice;
}

} // namespace tiny
