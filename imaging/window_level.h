#pragma once

#include <cstdint>

namespace imaging {

/// A linear window in rescaled values, PS3.3 C.11.2.1.2.
struct WindowLevel
{
    double center = 0;
    double width = 1;

    friend bool operator==(const WindowLevel&, const WindowLevel&) = default;
};

/// 0..1 for one value; `inverted` for MONOCHROME1 display.
inline double windowed(const WindowLevel& window, double value, bool inverted)
{
    const double low = window.center - window.width / 2;
    double unit = window.width > 0 ? (value - low) / window.width : (value >= window.center ? 1.0 : 0.0);
    unit = unit < 0 ? 0 : (unit > 1 ? 1 : unit);
    return inverted ? 1 - unit : unit;
}

} // namespace imaging
