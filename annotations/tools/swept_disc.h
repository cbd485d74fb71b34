#pragma once

#include <array>
#include <optional>

namespace annotations::detail {

/// The part of a line, in steps from its start.
struct LinePart
{
    double first = 0;
    double last = 0;
};

/// The part of the line start + t * step that lies within `radius` of the way from `from` to `to`, ends included: what
/// a ball sweeps over on that way. Without the third coordinate: a disc. Nothing when the line passes by.
std::optional<LinePart> withinSweep(const std::array<double, 3>& start, const std::array<double, 3>& step,
    const std::array<double, 3>& from, const std::array<double, 3>& to, double radius);

} // namespace annotations::detail
