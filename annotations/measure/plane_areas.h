#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace annotations {

/// A stretch of one row of a plane whose pixels hold the same label.
struct RowRun
{
    int row = 0;
    int first = 0; ///< Column.
    int last = 0; ///< Column, included.
    int area = 0; ///< Which connected area it belongs to, from 0; set by connectRuns().

    friend bool operator==(const RowRun&, const RowRun&) = default;
};

/// Which pixels count as neighbours.
enum class Neighbours {
    Edges, ///< Four: left, right, above, below.
    EdgesAndCorners, ///< Eight.
};

/// The runs of each value of a plane that is not 0, in the order of rows and columns. `plane` holds whole rows.
std::map<std::uint16_t, std::vector<RowRun>> runsOf(std::span<const std::uint16_t> plane, int columns);

/// Numbers the connected areas of one value's runs, in the order of their first runs, and gives how many there are.
int connectRuns(std::vector<RowRun>& runs, Neighbours neighbours);

} // namespace annotations
