#pragma once

#include <vector>

namespace ui {

/// Where the device pixels of one axis fall in a picture: neighbours and the weight of the second one.
struct AxisMap
{
    int begin = 0; ///< First device pixel inside the picture.
    int end = 0; ///< One past the last.
    std::vector<int> lower; ///< By device pixel - begin.
    std::vector<int> upper;
    std::vector<float> weight;
    std::vector<int> nearest;
};

/// `scale` and `offset` map picture pixels of a level with `size` pixels to device pixels `clipBegin`..`clipEnd`.
AxisMap mapAxis(double scale, double offset, int size, int clipBegin, int clipEnd, bool smooth);

} // namespace ui
