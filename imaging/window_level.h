#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace imaging {

/// How the values of a window become grey: by (0028,1056), or by a table of (0028,3010). PS3.3 C.11.2.
enum class GreyFunction : std::uint8_t {
    LinearExact, ///< A straight line over the whole width, PS3.3 C.11.2.1.3.2: what is not from a file.
    Linear, ///< A straight line between whole numbers, over the width less 1, PS3.3 C.11.2.1.2.1.
    Sigmoid, ///< PS3.3 C.11.2.1.3.1.
    Table, ///< PS3.3 C.11.2.1.1; the window is the range of values that the table covers.
};

/// The greys, 0..1, of `firstValue` and the whole numbers that follow it. Values in front of it have the first grey,
/// values behind the last one the last grey.
struct GreyTable
{
    double firstValue = 0;
    std::vector<float> greys; ///< Never empty.

    double operator()(double value) const
    {
        const double last = static_cast<double>(greys.size() - 1);
        const double at = value - firstValue;
        const double held = at > 0 ? (at < last ? at : last) : 0; // The first for what is no number.
        return static_cast<double>(greys[static_cast<std::size_t>(held + 0.5)]);
    }

    friend bool operator==(const GreyTable&, const GreyTable&) = default;
};

/// How rescaled values become grey. A window that a user makes is a straight line: only center and width.
struct WindowLevel
{
    double center = 0;
    double width = 1;
    GreyFunction function = GreyFunction::LinearExact;
    std::shared_ptr<const GreyTable> table = nullptr; ///< Of GreyFunction::Table, null otherwise.

    friend bool operator==(const WindowLevel& a, const WindowLevel& b)
    {
        const bool sameTable = a.table == b.table || (a.table && b.table && *a.table == *b.table);
        return a.center == b.center && a.width == b.width && a.function == b.function && sameTable;
    }
};

/// The values between which a straight line goes from black to white: the first, and how far it is to the last.
struct GreyLine
{
    double low = 0;
    double span = 0; ///< 0: a step.
};

inline GreyLine lineOf(const WindowLevel& window)
{
    const bool whole = window.function == GreyFunction::Linear && window.width >= 1;
    return {window.center - window.width / 2, whole ? window.width - 1 : window.width};
}

/// 0..1 for one value; `inverted` for MONOCHROME1 display.
inline double windowed(const WindowLevel& window, double value, bool inverted)
{
    double unit = 0;
    if (window.function == GreyFunction::Table && window.table) {
        unit = (*window.table)(value);
    } else if (window.function == GreyFunction::Sigmoid && window.width > 0) {
        unit = 1 / (1 + std::exp(-4 * (value - window.center) / window.width));
    } else {
        const GreyLine line = lineOf(window);
        unit = line.span > 0 ? (value - line.low) / line.span : (value > line.low ? 1.0 : 0.0);
        unit = unit < 0 ? 0 : (unit > 1 ? 1 : unit);
    }
    return inverted ? 1 - unit : unit;
}

} // namespace imaging
