#include "tests/support/phantom/phantom.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace phantom {

namespace {

/// Below 1 inside an ellipse around (x, y) with the given half axes.
double ellipse(double u, double v, double x, double y, double a, double b)
{
    const double p = (u - x) / a;
    const double q = (v - y) / b;
    return p * p + q * q;
}

/// 1 well inside, 0 outside, with a soft border.
double soft(double ellipseValue)
{
    return std::clamp((1.08 - ellipseValue) / 0.16, 0.0, 1.0);
}

/// Brightness 0..1 of a chest film at fractions of its size; the patient's left is at high u.
double chest(double u, double v)
{
    const double body = soft(ellipse(u, v, 0.5, 0.62, 0.47, 0.62));
    const double rightLung = soft(ellipse(u, v, 0.29, 0.47, 0.15, 0.30));
    const double leftLung = soft(ellipse(u, v, 0.71, 0.45, 0.14, 0.28));
    const double lungs = std::max(rightLung, leftLung);
    const double heart = soft(ellipse(u, v, 0.57, 0.62, 0.15, 0.14));
    const double spine = soft(ellipse(u, v, 0.5, 0.55, 0.035, 0.6));
    const double arch = v - 0.10 * std::cos((u - 0.5) * 4);
    const double ribs = std::pow(std::max(0.0, std::sin(arch * 2 * std::numbers::pi * 9)), 8) * lungs;
    const double tissue = 0.62 * body - 0.44 * lungs + 0.10 * ribs;
    return std::clamp(std::max(tissue, 0.68 * heart * body) + 0.12 * spine * body, 0.0, 1.0);
}

double opacity(const XrayOptions& options, double u, double v)
{
    if (options.opacityRadius <= 0)
        return 0;
    const double r = options.opacityRadius;
    return 0.3
        * std::exp(-ellipse(u, v, options.opacityColumn, options.opacityRow, r, r * options.columns / options.rows));
}

} // namespace

std::vector<std::uint16_t> makeXray(const XrayOptions& options)
{
    const bool mirrored = options.patientOrientation.starts_with("R");
    const double top = std::ldexp(1.0, options.bitsStored) - 1;
    std::mt19937 random(options.seed);
    std::vector<std::uint16_t> pixels;
    pixels.reserve(static_cast<std::size_t>(options.columns) * static_cast<std::size_t>(options.rows));
    for (int row = 0; row < options.rows; ++row)
        for (int column = 0; column < options.columns; ++column) {
            const double u = (column + 0.5) / options.columns;
            const double v = (row + 0.5) / options.rows;
            const double noise = (static_cast<double>(random() % 2001) / 1000 - 1) * 0.008;
            const double bright = std::clamp(chest(mirrored ? 1 - u : u, v) + opacity(options, u, v) + noise, 0.0, 1.0);
            pixels.push_back(
                static_cast<std::uint16_t>(std::lround((options.monochrome1 ? 1 - bright : bright) * top)));
        }
    return pixels;
}

imaging::VoxelGrid ctGrid(const CtOptions& options)
{
    const double angle = options.tiltDegrees * std::numbers::pi / 180;
    imaging::VoxelGrid grid;
    grid.columns = options.columns;
    grid.rows = options.rows;
    grid.slices = options.slices;
    grid.spacingMm = {options.pixelSpacingMm, options.pixelSpacingMm, options.sliceDistanceMm};
    grid.axes = {imaging::PatientPoint{1, 0, 0}, imaging::PatientPoint{0, std::cos(angle), std::sin(angle)},
        imaging::PatientPoint{0, 0, 1}};
    grid.origin = imaging::PatientPoint{0, 0, 0}
        - grid.toPatient((options.columns - 1) / 2.0, (options.rows - 1) / 2.0, (options.slices - 1) / 2.0);
    return grid;
}

std::vector<std::int16_t> makeCt(const CtOptions& options)
{
    const imaging::VoxelGrid grid = ctGrid(options);
    const double w = options.columns * options.pixelSpacingMm;
    const double h = options.rows * options.pixelSpacingMm;
    const double d = options.slices * options.sliceDistanceMm;
    const auto inside = [](imaging::PatientPoint p, double x, double y, double z, double a, double b, double c) {
        return ellipse(p.x, p.y, x, y, a, b) + (p.z - z) / c * ((p.z - z) / c) <= 1;
    };
    const auto value = [&](imaging::PatientPoint p) {
        if (inside(p, -0.19 * w, -0.05 * h, 0.1 * d, 0.035 * w, 0.035 * w, 0.035 * w))
            return kNodule;
        if (inside(p, 0, 0.24 * h, 0, 0.05 * w, 0.05 * h, 2 * d))
            return kBone;
        if (inside(p, -0.19 * w, 0, 0, 0.13 * w, 0.2 * h, 0.42 * d)
            || inside(p, 0.19 * w, 0, 0, 0.12 * w, 0.19 * h, 0.4 * d))
            return kLung;
        return inside(p, 0, 0, 0, 0.42 * w, 0.34 * h, 4 * d) ? kBody : kAir;
    };
    std::vector<std::int16_t> voxels;
    voxels.reserve(grid.voxels());
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                voxels.push_back(value(grid.toPatient(column, row, slice)));
    return voxels;
}

} // namespace phantom
