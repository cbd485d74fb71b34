#include "annotations/report/areas.h"

#include "imaging/error.h"

#include <algorithm>

namespace annotations {

namespace {

/// Fills one area from a start pixel with an own stack: a big area would overflow a recursion.
MaskArea flood(std::span<const std::uint16_t> mask, const imaging::VoxelGrid& grid, std::size_t start,
    std::vector<std::uint8_t>& seen, std::vector<std::size_t>& stack)
{
    const auto columns = static_cast<std::size_t>(grid.columns);
    MaskArea area;
    double columnSum = 0;
    double rowSum = 0;
    seen[start] = 1;
    stack.assign(1, start);
    while (!stack.empty()) {
        const std::size_t at = stack.back();
        stack.pop_back();
        const int column = static_cast<int>(at % columns);
        const int row = static_cast<int>(at / columns);
        ++area.pixels;
        columnSum += column;
        rowSum += row;
        for (int r = std::max(row - 1, 0); r <= std::min(row + 1, grid.rows - 1); ++r) {
            for (int c = std::max(column - 1, 0); c <= std::min(column + 1, grid.columns - 1); ++c) {
                const std::size_t next = static_cast<std::size_t>(r) * columns + static_cast<std::size_t>(c);
                if (mask[next] != 0 && !seen[next]) {
                    seen[next] = 1;
                    stack.push_back(next);
                }
            }
        }
    }
    area.squareMm = static_cast<double>(area.pixels) * grid.spacingMm[0] * grid.spacingMm[1];
    area.centerColumn = columnSum / static_cast<double>(area.pixels);
    area.centerRow = rowSum / static_cast<double>(area.pixels);
    return area;
}

void compareSide(const char* side, bool named, bool drawn, imaging::Warnings& warnings)
{
    if (named && !drawn)
        warnings.push_back(std::string("The text names the ") + side
            + " lung, but the mask has no area on the patient's " + side + ".");
    if (!named && drawn)
        warnings.push_back(
            std::string("The mask has an area on the patient's ") + side + ", which the text does not name.");
}

} // namespace

std::vector<MaskArea> findAreas(
    std::span<const std::uint16_t> mask, const imaging::VoxelGrid& grid, std::size_t minimumPixels)
{
    if (mask.size() != grid.sliceVoxels())
        throw imaging::Error(imaging::ErrorKind::Internal, "A slice's mask does not fit its grid.");
    std::vector<MaskArea> areas;
    std::vector<std::uint8_t> seen(mask.size());
    std::vector<std::size_t> stack;
    for (std::size_t i = 0; i < mask.size(); ++i) {
        if (mask[i] == 0 || seen[i])
            continue;
        const MaskArea area = flood(mask, grid, i, seen, stack);
        if (area.pixels >= minimumPixels)
            areas.push_back(area);
    }
    std::stable_sort(
        areas.begin(), areas.end(), [](const MaskArea& a, const MaskArea& b) { return a.pixels > b.pixels; });
    return areas;
}

std::size_t countAreas(std::span<const std::uint16_t> mask, const imaging::VoxelGrid& grid, std::size_t minimumPixels)
{
    return findAreas(mask, grid, minimumPixels).size();
}

imaging::Warnings compareWithMask(const ReportFields& fields, std::span<const MaskArea> areas,
    const imaging::VoxelGrid& grid, const imaging::PictureSides& sides)
{
    imaging::Warnings warnings;
    if (fields.areas > 0 && areas.size() != static_cast<std::size_t>(fields.areas))
        warnings.push_back("The text names " + std::to_string(fields.areas) + (fields.areas == 1 ? " area" : " areas")
            + ", the mask has " + std::to_string(areas.size()) + ".");
    const bool known = sides.atLeft != imaging::PatientSide::Unknown && sides.atRight != imaging::PatientSide::Unknown;
    if (!known || (!fields.left.involved && !fields.right.involved))
        return warnings;
    const double middle = (grid.columns - 1) / 2.0;
    const auto drawnOn = [&](imaging::PatientSide side) {
        return std::any_of(areas.begin(), areas.end(),
            [&](const MaskArea& area) { return (area.centerColumn < middle ? sides.atLeft : sides.atRight) == side; });
    };
    compareSide("left", fields.left.involved, drawnOn(imaging::PatientSide::Left), warnings);
    compareSide("right", fields.right.involved, drawnOn(imaging::PatientSide::Right), warnings);
    return warnings;
}

} // namespace annotations
