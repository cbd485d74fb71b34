#include "imaging/dicom/stack_geometry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <numeric>

namespace imaging {

namespace {

constexpr const char* kNoPositions = "the slices have no positions in the patient";

/// All numbers of a multi-valued text; empty when any of them is not a finite number.
std::vector<double> parseNumbers(std::string_view text)
{
    std::vector<double> result;
    while (true) {
        const std::size_t end = text.find('\\');
        std::string_view part = text.substr(0, end);
        while (!part.empty() && (part.front() == ' ' || part.front() == '+'))
            part.remove_prefix(1);
        while (!part.empty() && (part.back() == ' ' || part.back() == '\0'))
            part.remove_suffix(1);
        double value = 0;
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (error != std::errc() || stop != part.data() + part.size() || !std::isfinite(value))
            return {};
        result.push_back(value);
        if (end == std::string_view::npos)
            return result;
        text.remove_prefix(end + 1);
    }
}

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// What a change of distance from slice to slice is called, or nothing when all lie where equal distances would put
/// them.
std::string distanceTrouble(const std::vector<double>& positions, double distance)
{
    constexpr double kAllowed = 0.1; // Of one distance: positions are often rounded to 0.1 mm.
    double smallest = distance;
    double largest = distance;
    bool regular = true;
    for (std::size_t i = 1; i < positions.size(); ++i) {
        smallest = std::min(smallest, positions[i] - positions[i - 1]);
        largest = std::max(largest, positions[i] - positions[i - 1]);
        const double expected = positions.front() + static_cast<double>(i) * distance;
        regular &= std::abs(positions[i] - expected) <= kAllowed * distance;
    }
    if (regular && distance > 0)
        return {};
    if (smallest < 1e-3)
        return "several slices lie at the same position";
    return "the distance between slices changes from " + shortNumber(smallest) + " to " + shortNumber(largest) + " mm";
}

/// What a shift of the slices across their normal is called, or nothing.
std::string shiftTrouble(const std::vector<PatientPoint>& points, PatientPoint normal, double allowedMm)
{
    const PatientPoint total = points.back() - points.front();
    const double along = dot(total, normal);
    const PatientPoint across = total - along * normal;
    constexpr double kAllowedDegrees = 0.1;
    const double degrees = std::atan2(length(across), std::abs(along)) * 180 / std::numbers::pi;
    if (length(across) > allowedMm && degrees > kAllowedDegrees)
        return "the gantry was tilted by " + shortNumber(degrees) + " degrees";
    for (const PatientPoint point : points) {
        const PatientPoint way = point - points.front();
        const double share = along != 0 ? dot(way, normal) / along : 0;
        if (length(way - dot(way, normal) * normal - share * across) > allowedMm)
            return "the slices are shifted sideways";
    }
    return {};
}

} // namespace

std::optional<PatientPoint> parsePosition(std::string_view text)
{
    const auto values = parseNumbers(text);
    if (values.size() != 3)
        return std::nullopt;
    return PatientPoint{values[0], values[1], values[2]};
}

std::optional<PlaneOrientation> parseOrientation(std::string_view text)
{
    constexpr double kAllowed = 0.01;
    const auto v = parseNumbers(text);
    if (v.size() != 6)
        return std::nullopt;
    const PatientPoint row{v[0], v[1], v[2]};
    const PatientPoint column{v[3], v[4], v[5]};
    if (std::abs(length(row) - 1) > kAllowed || std::abs(length(column) - 1) > kAllowed
        || std::abs(dot(row, column)) > kAllowed)
        return std::nullopt;
    const PatientPoint normal = cross(row, column);
    return PlaneOrientation{1 / length(row) * row, 1 / length(column) * column, 1 / length(normal) * normal};
}

std::optional<std::array<double, 2>> parseSpacing(std::string_view text)
{
    const auto values = parseNumbers(text);
    constexpr double kSmallest = 1e-5;
    constexpr double kLargest = 1e4;
    const auto sane = [](double v) { return v >= kSmallest && v <= kLargest; };
    if (values.size() != 2 || !sane(values[0]) || !sane(values[1]))
        return std::nullopt;
    return std::array<double, 2>{values[0], values[1]};
}

bool sameOrientation(const PlaneOrientation& a, const PlaneOrientation& b)
{
    constexpr double kAllowed = 1e-3;
    return length(a.row - b.row) < kAllowed && length(a.column - b.column) < kAllowed;
}

bool sameSpacing(const std::optional<std::array<double, 2>>& a, const std::optional<std::array<double, 2>>& b)
{
    constexpr double kAllowed = 1e-4; // Of a pixel.
    if (!a || !b)
        return a.has_value() == b.has_value();
    return std::abs((*a)[0] - (*b)[0]) <= kAllowed * (*a)[0] && std::abs((*a)[1] - (*b)[1]) <= kAllowed * (*a)[1];
}

std::string irregularSentence(const std::string& notRegular)
{
    if (notRegular.empty() || notRegular == kNoPositions)
        return {};
    return "The series is no regular volume: " + notRegular + ". Its slices are shown as they are; volumes are not "
        + "measured.";
}

std::vector<double> positionsAlongNormal(const std::vector<FrameGeometry>& slices)
{
    std::vector<double> result;
    const auto orientation = slices.empty() ? std::nullopt : parseOrientation(slices.front().orientation);
    if (!orientation)
        return result;
    for (const FrameGeometry& slice : slices) {
        const auto position = parsePosition(slice.position);
        if (!position)
            return {};
        result.push_back(dot(*position, orientation->normal));
    }
    return result;
}

StackGeometry stackGeometry(
    const std::vector<FrameGeometry>& slices, int columns, int rows, std::optional<std::array<double, 2>> pixelSpacing)
{
    StackGeometry result;
    VoxelGrid& grid = result.grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = static_cast<int>(slices.size());
    if (pixelSpacing)
        grid.spacingMm = {(*pixelSpacing)[1], (*pixelSpacing)[0], 1};
    if (slices.front().thicknessMm > 0)
        grid.spacingMm[2] = slices.front().thicknessMm;
    const auto orientation = parseOrientation(slices.front().orientation);
    if (orientation)
        grid.axes = {orientation->row, orientation->column, orientation->normal};
    if (const auto position = parsePosition(slices.front().position))
        grid.origin = *position;
    if (slices.size() < 2)
        return result;
    const auto positions = positionsAlongNormal(slices);
    if (positions.empty()) {
        result.notRegular = kNoPositions;
        return result;
    }
    const double distance = (positions.back() - positions.front()) / static_cast<double>(positions.size() - 1);
    if (distance > 0)
        grid.spacingMm[2] = distance;
    std::vector<PatientPoint> points;
    for (const FrameGeometry& slice : slices) {
        points.push_back(*parsePosition(slice.position));
        const auto own = parseOrientation(slice.orientation);
        if (!own || !sameOrientation(*own, *orientation))
            result.notRegular = "the slices lie at different angles";
        else if (slice.pixelSpacing != slices.front().pixelSpacing
            && !sameSpacing(parseSpacing(slice.pixelSpacing), parseSpacing(slices.front().pixelSpacing)))
            result.notRegular = "the size of a pixel changes from slice to slice";
    }
    if (result.notRegular.empty())
        result.notRegular = distanceTrouble(positions, distance);
    if (result.notRegular.empty())
        result.notRegular =
            shiftTrouble(points, orientation->normal, 0.5 * std::min(grid.spacingMm[0], grid.spacingMm[1]));
    return result;
}

} // namespace imaging
