#pragma once

#include "imaging/plane.h"

#include <rapidcheck.h>

#include <numbers>
#include <string>

namespace support {

/// A grid of a few thousand voxels, turned in the patient, its voxels of any shape.
inline imaging::VoxelGrid anyGrid()
{
    const auto angle = rc::gen::map(rc::gen::inRange(0, 360), [](int v) { return v * std::numbers::pi / 180; });
    const double a = *angle;
    const double b = *angle;
    imaging::VoxelGrid grid;
    grid.columns = *rc::gen::inRange(1, 30);
    grid.rows = *rc::gen::inRange(1, 30);
    grid.slices = *rc::gen::inRange(1, 20);
    grid.spacingMm = {
        *rc::gen::element(0.5, 1.0, 0.8), *rc::gen::element(0.5, 1.0, 0.7), *rc::gen::element(0.6, 1.0, 3.0)};
    grid.origin = {*rc::gen::inRange(-200, 200) / 3.0, *rc::gen::inRange(-200, 200) / 7.0, 40};
    const imaging::PatientPoint column{std::cos(a), std::sin(a), 0};
    const imaging::PatientPoint level{-std::sin(a), std::cos(a), 0};
    const imaging::PatientPoint row = std::cos(b) * level + std::sin(b) * imaging::PatientPoint{0, 0, 1};
    const double hand = *rc::gen::element(-1.0, 1.0); // Files in the wild have both.
    grid.axes = {column, row, hand * cross(column, row)};
    return grid;
}

/// A direction of length 1.
inline imaging::PatientPoint anyDirection()
{
    const double z = *rc::gen::inRange(-100, 101) / 100.0;
    const double turn = *rc::gen::inRange(0, 628) / 100.0;
    const double flat = std::sqrt(1 - z * z);
    return {flat * std::cos(turn), flat * std::sin(turn), z};
}

/// A place between a grid's outermost voxel centres.
inline imaging::PatientPoint anyPointIn(const imaging::VoxelGrid& grid)
{
    const auto part = [](int size) { return *rc::gen::inRange(0, 1001) / 1000.0 * (size - 1); };
    const double column = part(grid.columns);
    const double row = part(grid.rows);
    return grid.toPatient(column, row, part(grid.slices));
}

inline imaging::GridAxis anyAxis()
{
    return *rc::gen::element(imaging::GridAxis::Column, imaging::GridAxis::Row, imaging::GridAxis::Slice);
}

/// An axial, coronal, sagittal or oblique plane of a grid.
inline imaging::Plane anyPlane(const imaging::VoxelGrid& grid)
{
    if (*rc::gen::inRange(0, 3) == 0)
        return planeThrough(grid, anyPointIn(grid), anyDirection());
    const imaging::GridAxis axis = anyAxis();
    const imaging::Plane plane = planeOf(grid, axis, *rc::gen::inRange(0, layersAlong(grid, axis)));
    return *rc::gen::arbitrary<bool>() ? upright(plane) : plane;
}

} // namespace support
