#include "annotations/tools/swept_disc.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace annotations::detail {

namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector difference(const Vector& a, const Vector& b)
{
    return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}

Vector without(const Vector& a, const Vector& direction)
{
    const double along = dot(a, direction);
    return {a[0] - along * direction[0], a[1] - along * direction[1], a[2] - along * direction[2]};
}

constexpr LinePart kWhole{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};

/// Where start + t * step is not longer than `radius`.
std::optional<LinePart> withinBall(const Vector& start, const Vector& step, double radius)
{
    const double a = dot(step, step);
    const double inside = radius * radius - dot(start, start);
    if (a < 1e-18)
        return inside >= 0 ? std::optional(kWhole) : std::nullopt;
    const double middle = -dot(start, step) / a;
    const Vector nearest{start[0] + middle * step[0], start[1] + middle * step[1], start[2] + middle * step[2]};
    const double rest = radius * radius - dot(nearest, nearest);
    if (rest < 0)
        return std::nullopt;
    const double half = std::sqrt(rest / a);
    return LinePart{middle - half, middle + half};
}

/// Where low <= start + t * step <= high.
std::optional<LinePart> between(double start, double step, double low, double high)
{
    if (std::abs(step) < 1e-9)
        return start >= low && start <= high ? std::optional(kWhole) : std::nullopt;
    const double a = (low - start) / step;
    const double b = (high - start) / step;
    return LinePart{std::min(a, b), std::max(a, b)};
}

std::optional<LinePart> both(const std::optional<LinePart>& a, const std::optional<LinePart>& b)
{
    if (!a || !b || std::max(a->first, b->first) > std::min(a->last, b->last))
        return std::nullopt;
    return LinePart{std::max(a->first, b->first), std::min(a->last, b->last)};
}

/// The parts' hull: what is swept is convex, so that nothing lies between them.
std::optional<LinePart> either(const std::optional<LinePart>& a, const std::optional<LinePart>& b)
{
    if (!a || !b)
        return a ? a : b;
    return LinePart{std::min(a->first, b->first), std::max(a->last, b->last)};
}

} // namespace

std::optional<LinePart> withinSweep(
    const Vector& start, const Vector& step, const Vector& from, const Vector& to, double radius)
{
    const double reach = radius * (1 + 1e-9); // Centres that lie on the edge belong to it, whatever was rounded.
    const Vector a = difference(start, from);
    const auto ends = either(withinBall(a, step, reach), withinBall(difference(start, to), step, reach));
    Vector way = difference(to, from);
    const double length = std::sqrt(dot(way, way));
    if (!(length > 0))
        return ends;
    for (double& part : way)
        part /= length;
    const auto tube = withinBall(without(a, way), without(step, way), reach);
    return either(ends, both(tube, between(dot(a, way), dot(step, way), 0, length)));
}

} // namespace annotations::detail
