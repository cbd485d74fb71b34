#pragma once

#include "imaging/plane.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imaging {
class Volume;
}

namespace annotations {

/// What is measured, by points that the user has set.
enum class MeasureKind : std::uint8_t {
    Length, ///< From one point to another.
    Angle, ///< At the second of three points.
    Cobb, ///< Between two lines, of two points each (Cobb 1948).
    Ellipse, ///< Values inside: centre, end of one half axis, end of the other.
    CardiothoracicRatio, ///< The heart's width, two points, to the thorax's, two points (Danzer 1919).
};

/// How many points a kind has.
constexpr std::size_t pointsOf(MeasureKind kind)
{
    constexpr std::array<std::size_t, 5> kPoints{2, 3, 4, 3, 4};
    return kPoints[static_cast<std::size_t>(kind)];
}

/// Something measured on a picture. It keeps its place in the patient (LPS, mm), on whichever view it is seen.
struct Measurement
{
    std::uint32_t id = 0; ///< From 1; its own in a table.
    MeasureKind kind = MeasureKind::Length;
    imaging::Plane plane; ///< That it was drawn on.
    std::vector<imaging::PatientPoint> points; ///< As many as pointsOf(kind).
    std::string name; ///< Of the user; empty: none.

    friend bool operator==(const Measurement&, const Measurement&) = default;
};

/// The measurements of a study, in the order in which they were made.
using MeasurementTable = std::vector<Measurement>;

/// The smallest id that the table has not.
std::uint32_t freeId(const MeasurementTable& table);

/// Of a length, or of line `which` of a Cobb angle or a ratio: mm where the grid's spacing is.
double lengthOf(const Measurement& measurement, std::size_t which = 0);
/// Degrees: 0 to 180 of an angle, 0 to 90 of a Cobb angle; 0 where a leg has no length.
double degreesOf(const Measurement& measurement);
/// The heart's width by the thorax's; 0 where the thorax has none.
double ratioOf(const Measurement& measurement);

/// The values of a picture inside an ellipse, by the pixels of its plane whose centres lie in it.
struct EllipseValues
{
    std::size_t pixels = 0; ///< With a value: what lies outside the picture, and what is no number, is left out.
    double area = 0; ///< Of the whole ellipse, mm^2 where the grid's spacing is mm.
    double mean = 0; ///< These are 0 where there is no pixel.
    double deviation = 0; ///< Of the values themselves, not of a sample.
    double minimum = 0;
    double maximum = 0;
};

/// Of a grey picture; of a colour one nothing but the area.
EllipseValues valuesIn(const Measurement& ellipse, const imaging::Volume& volume);

/// Whether a picture of this plane shows the measurement: all of it lies within half of `thicknessMm` of it.
bool liesOn(const Measurement& measurement, const imaging::Plane& plane, double thicknessMm);

} // namespace annotations
