#include "ui/views/axis_map.h"

#include <algorithm>
#include <cmath>

namespace ui {

AxisMap mapAxis(double scale, double offset, int size, int clipBegin, int clipEnd, bool smooth)
{
    AxisMap map;
    map.begin = std::clamp(static_cast<int>(std::ceil(offset - 0.5)), clipBegin, clipEnd);
    map.end = std::clamp(static_cast<int>(std::ceil(offset + size * scale - 0.5)), map.begin, clipEnd);
    for (int pixel = map.begin; pixel < map.end; ++pixel) {
        const double position = (pixel + 0.5 - offset) / scale;
        const double centred = position - 0.5;
        const int whole = static_cast<int>(std::floor(centred));
        const int nearest = std::clamp(static_cast<int>(position), 0, size - 1);
        map.nearest.push_back(nearest);
        map.lower.push_back(smooth ? std::clamp(whole, 0, size - 1) : nearest);
        map.upper.push_back(smooth ? std::clamp(whole + 1, 0, size - 1) : nearest);
        map.weight.push_back(smooth ? static_cast<float>(centred - whole) : 0.0F);
    }
    return map;
}

} // namespace ui
