#include "annotations/grid_match.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>

namespace annotations {

namespace {

constexpr std::size_t kMostVoxels = std::size_t{1} << 29;

bool overlaps(const IndexBox& box, const Index& sizes)
{
    for (std::size_t i = 0; i < 3; ++i) {
        if (box.last[i] < 0 || box.first[i] >= sizes[i])
            return false;
    }
    return true;
}

/// The places on slices that lie as their own headers say; more than one when slices share a plane.
std::vector<IndexMap> mapsOnSlices(const imaging::VoxelGrid& part, const PictureGrid& picture)
{
    std::vector<IndexMap> maps;
    for (std::size_t slice = 0; slice < picture.slices.size(); ++slice) {
        auto map = indexMap(part, picture.slices[slice]);
        if (!map)
            continue;
        const IndexBox box = boxOf(part, *map);
        if (box.first[2] != 0 || box.last[2] != 0)
            continue; // In the plane of another slice.
        map->start[2] += static_cast<std::int64_t>(slice);
        maps.push_back(*map);
    }
    return maps;
}

/// From where to where a picture's voxels reach along each axis, counted in voxels: half a voxel beyond their centres.
std::array<std::array<double, 2>, 3> extentOf(const PictureGrid& picture, const imaging::VoxelGrid& axes)
{
    const Index sizes = sizesOf(picture.grid);
    std::array<std::array<double, 2>, 3> extent{};
    for (std::size_t i = 0; i < 3; ++i)
        extent[i] = {-0.5, static_cast<double>(sizes[i]) - 0.5};
    if (picture.regular)
        return extent;
    extent[2] = {0, 0};
    for (const imaging::VoxelGrid& slice : picture.slices) {
        const double place = placeIn(axes, slice.origin)[2];
        extent[2] = {std::min(extent[2][0], place - 0.5), std::max(extent[2][1], place + 0.5)};
    }
    return extent;
}

bool isBeyond(const imaging::VoxelGrid& part, const PictureGrid& picture)
{
    constexpr double kTouching = 1e-6;
    const imaging::VoxelGrid& axes = picture.regular || picture.slices.empty() ? picture.grid : picture.slices.front();
    const auto extent = extentOf(picture, axes);
    std::array<bool, 3> before{true, true, true};
    std::array<bool, 3> behind{true, true, true};
    for (const Index& corner : cornersOf(part)) {
        const auto place = placeIn(axes,
            part.toPatient(
                static_cast<double>(corner[0]), static_cast<double>(corner[1]), static_cast<double>(corner[2])));
        for (std::size_t i = 0; i < 3; ++i) {
            before[i] = before[i] && place[i] <= extent[i][0] + kTouching;
            behind[i] = behind[i] && place[i] >= extent[i][1] - kTouching;
        }
    }
    const auto any = [](const std::array<bool, 3>& sides) { return sides[0] || sides[1] || sides[2]; };
    return any(before) || any(behind);
}

[[noreturn]] void refuseMatch(const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, reason);
}

[[noreturn]] void refuseElsewhere()
{
    refuseMatch("The mask lies elsewhere: none of its labelled voxels is where the picture is.");
}

/// Whether the two have the same voxels but for a shift that ends halfway between two of them.
bool isHalfwayBetween(const imaging::VoxelGrid& part, const imaging::VoxelGrid& grid)
{
    constexpr double kSameDirection = 1 - 1e-6;
    constexpr double kSameSize = 0.01; // Of a voxel.
    constexpr double kOpen = 0.4; // Of a voxel: nearer to the middle than what rounding leaves.
    const auto map = alignedAxes(part, grid);
    if (!map)
        return false;
    bool halfway = false;
    const auto start = placeIn(grid, part.origin);
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t k = map->axis[i];
        if (std::abs(imaging::dot(part.axes[i], grid.axes[k])) < kSameDirection
            || std::abs(part.spacingMm[i] - grid.spacingMm[k]) > kSameSize * grid.spacingMm[k])
            return false;
        halfway = halfway || std::abs(start[k] - std::round(start[k])) > kOpen;
    }
    return halfway;
}

/// Gives each voxel of a plane the value of the mask's voxel that is nearest; how many got one.
std::size_t samplePlane(const LabelMap& mask, const imaging::VoxelGrid& plane, std::span<std::uint16_t> values)
{
    const imaging::VoxelGrid& grid = mask.grid();
    const auto origin = placeIn(grid, plane.toPatient(0, 0, 0));
    const auto right = placeIn(grid, plane.toPatient(1, 0, 0));
    const auto below = placeIn(grid, plane.toPatient(0, 1, 0));
    std::size_t labelled = 0;
    std::size_t at = 0;
    for (int row = 0; row < plane.rows; ++row) {
        for (int column = 0; column < plane.columns; ++column, ++at) {
            std::array<double, 3> place{};
            bool inside = true;
            const Index sizes = sizesOf(grid);
            for (std::size_t i = 0; i < 3; ++i) {
                place[i] =
                    std::floor(origin[i] + column * (right[i] - origin[i]) + row * (below[i] - origin[i]) + 0.5);
                inside = inside && place[i] >= 0 && place[i] < static_cast<double>(sizes[i]);
            }
            if (!inside)
                continue;
            values[at] =
                mask.at({static_cast<int>(place[0]), static_cast<int>(place[1]), static_cast<int>(place[2])});
            labelled += values[at] != 0;
        }
    }
    return labelled;
}

imaging::VoxelGrid planeOf(const PictureGrid& picture, int slice)
{
    if (!picture.regular && !picture.slices.empty())
        return picture.slices[static_cast<std::size_t>(slice)];
    imaging::VoxelGrid plane = picture.grid;
    plane.origin = picture.grid.toPatient(0, 0, slice);
    plane.slices = 1;
    return plane;
}

LaidMask resampled(const LabelMap& mask, const PictureGrid& picture)
{
    const imaging::VoxelGrid& grid = picture.grid;
    if (isHalfwayBetween(mask.grid(), planeOf(picture, 0)))
        refuseMatch("The mask's voxels lie elsewhere: halfway between the picture's, so that it is open which of two "
               "neighbours is meant. Resample it to the picture's grid with the program that made it.");
    LabelMap::Voxels voxels(grid.voxels());
    std::size_t labelled = 0;
    for (int slice = 0; slice < grid.slices; ++slice) {
        const auto values = std::span(voxels).subspan(grid.offset({0, 0, slice}), grid.sliceVoxels());
        labelled += samplePlane(mask, planeOf(picture, slice), values);
    }
    if (labelled == 0 && !mask.empty())
        refuseElsewhere();
    return {LabelMap(grid, std::move(voxels)), true, 0};
}

/// Copies the labelled voxels that lie inside.
LaidMask copied(const LabelMap& mask, const IndexMap& map, const imaging::VoxelGrid& target)
{
    const PlacedVoxels placed(mask.grid(), map, target);
    LabelMap::Voxels voxels(target.voxels());
    const auto source = mask.voxels();
    const imaging::VoxelGrid& grid = mask.grid();
    std::size_t at = 0;
    std::size_t outside = 0;
    for (int slice = 0; slice < grid.slices; ++slice) {
        for (int row = 0; row < grid.rows; ++row) {
            for (int column = 0; column < grid.columns; ++column, ++at) {
                if (source[at] == 0)
                    continue;
                if (const auto to = placed(column, row, slice))
                    voxels[*to] = source[at];
                else
                    ++outside;
            }
        }
    }
    return {LabelMap(target, std::move(voxels)), false, outside};
}

/// The mask's axes as the picture's, without places: nothing where they run in other directions.
std::optional<IndexMap> mapOfAxes(const imaging::VoxelGrid& mask, const imaging::VoxelGrid& picture)
{
    constexpr double kSameDirection = 0.99; // (0020,0020) names directions, not angles.
    auto map = alignedAxes(mask, picture);
    for (std::size_t i = 0; map && i < 3; ++i)
        if (!(std::abs(imaging::dot(mask.axes[i], picture.axes[map->axis[i]])) >= kSameDirection))
            map.reset();
    return map;
}

std::string sizeText(const Index& sizes)
{
    return std::to_string(sizes[0]) + " x " + std::to_string(sizes[1]) + " x " + std::to_string(sizes[2]);
}

} // namespace

Placement placeOn(const imaging::VoxelGrid& part, const PictureGrid& picture)
{
    auto map = picture.regular ? indexMap(part, picture.grid) : std::nullopt;
    if (!map) {
        const auto maps = mapsOnSlices(part, picture);
        if (maps.size() > 1)
            return {Fit::Several, {}};
        if (!maps.empty())
            map = maps.front();
    }
    if (map && overlaps(boxOf(part, *map), sizesOf(picture.grid)))
        return {Fit::Exact, *map};
    return {map || isBeyond(part, picture) ? Fit::Outside : Fit::OtherGrid, {}};
}

LaidMask layOn(const LabelMap& mask, const PictureGrid& picture)
{
    const Placement place = placeOn(mask.grid(), picture);
    if (place.fit == Fit::OtherGrid)
        return resampled(mask, picture);
    LaidMask laid = place.fit == Fit::Exact ? copied(mask, place.map, picture.grid)
                                            : LaidMask{LabelMap(picture.grid), false, 0};
    if (laid.map.empty() && !mask.empty())
        refuseElsewhere();
    return laid;
}

LaidMask layByAxes(
    const LabelMap& mask, const std::array<imaging::PatientPoint, 3>& axes, const imaging::VoxelGrid& picture)
{
    imaging::VoxelGrid inPatient = picture;
    inPatient.axes = axes;
    auto map = mapOfAxes(mask.grid(), inPatient);
    if (!map)
        refuseMatch("Its axes run in other directions in the patient than the picture's, so one of the two is wrong. If it "
               "lies on the picture pixel by pixel, save it as PNG, which has no axes.");
    const Index own = sizesOf(mask.grid());
    Index sizes{};
    for (std::size_t i = 0; i < 3; ++i) {
        sizes[map->axis[i]] = own[i];
        map->start[map->axis[i]] = map->sign[i] < 0 ? own[i] - 1 : 0;
    }
    if (sizes != sizesOf(picture))
        refuseMatch("By its axes it has " + sizeText(sizes) + " voxels, the picture " + sizeText(sizesOf(picture)) + ".");
    return copied(mask, *map, picture);
}

std::string resamplingNote(const imaging::VoxelGrid& mask, const imaging::VoxelGrid& picture)
{
    const auto sizes = [](const imaging::VoxelGrid& grid) {
        char text[96];
        std::snprintf(
            text, sizeof text, "%.4g x %.4g x %.4g mm", grid.spacingMm[0], grid.spacingMm[1], grid.spacingMm[2]);
        return std::string(text);
    };
    return "The mask lies on another grid (voxels of " + sizes(mask) + ", the picture's " + sizes(picture)
        + "): it was resampled, each voxel has the value of the nearest one.";
}

std::optional<imaging::VoxelGrid> commonGrid(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b)
{
    const auto map = indexMap(b, a);
    if (!map)
        return std::nullopt;
    IndexBox box = boxOf(b, *map);
    for (std::size_t i = 0; i < 3; ++i) {
        box.first[i] = std::min<std::int64_t>(box.first[i], 0);
        box.last[i] = std::max(box.last[i], sizesOf(a)[i] - 1);
    }
    const auto count = [&](std::size_t i) { return box.last[i] - box.first[i] + 1; };
    const double voxels =
        static_cast<double>(count(0)) * static_cast<double>(count(1)) * static_cast<double>(count(2));
    const double own = static_cast<double>(std::max(a.voxels(), b.voxels()));
    if (voxels > own && voxels > static_cast<double>(kMostVoxels))
        return std::nullopt;
    imaging::VoxelGrid grid = a;
    grid.origin = a.toPatient(
        static_cast<double>(box.first[0]), static_cast<double>(box.first[1]), static_cast<double>(box.first[2]));
    grid.columns = static_cast<int>(count(0));
    grid.rows = static_cast<int>(count(1));
    grid.slices = static_cast<int>(count(2));
    return grid;
}

LabelMap onGrid(const LabelMap& map, const imaging::VoxelGrid& target)
{
    const auto place = indexMap(map.grid(), target);
    if (!place)
        refuseMatch("The mask's voxels do not coincide with those of the picture: spacing, position or direction differ.");
    LaidMask laid = copied(map, *place, target);
    if (laid.outside > 0)
        refuseMatch("The mask has labelled voxels outside the picture.");
    return std::move(laid.map);
}

} // namespace annotations
