#include "annotations/measure/measurement_bytes.h"

#include "annotations/journal_bytes.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace annotations {

namespace {

void putPoint(std::string& bytes, imaging::PatientPoint point)
{
    put(bytes, std::array{point.x, point.y, point.z});
}

std::optional<imaging::PatientPoint> takePoint(std::string_view& bytes)
{
    const auto point = take<std::array<double, 3>>(bytes);
    if (!point || !std::isfinite((*point)[0] + (*point)[1] + (*point)[2]))
        return std::nullopt;
    return imaging::PatientPoint{(*point)[0], (*point)[1], (*point)[2]};
}

std::optional<imaging::Plane> takePlane(std::string_view& bytes)
{
    const auto size = take<std::array<std::int32_t, 2>>(bytes);
    const auto spacing = take<std::array<double, 2>>(bytes);
    const auto origin = takePoint(bytes);
    const auto across = takePoint(bytes);
    const auto down = takePoint(bytes);
    const auto isLength = [](double mm) { return mm > 0 && std::isfinite(mm); };
    if (!down || !across || !origin || !isLength((*spacing)[0]) || !isLength((*spacing)[1]) || (*size)[0] < 1
        || (*size)[1] < 1)
        return std::nullopt;
    return imaging::Plane{(*size)[0], (*size)[1], *spacing, *origin, {*across, *down}};
}

std::optional<Measurement> takeMeasurement(std::string_view& bytes)
{
    Measurement measurement;
    const auto id = take<std::uint32_t>(bytes);
    const auto kind = take<std::uint8_t>(bytes);
    if (!id || *id == 0 || !kind || *kind > static_cast<std::uint8_t>(MeasureKind::CardiothoracicRatio))
        return std::nullopt;
    measurement.id = *id;
    measurement.kind = static_cast<MeasureKind>(*kind);
    auto plane = takePlane(bytes);
    for (std::size_t i = 0; plane && i < pointsOf(measurement.kind); ++i) {
        const auto point = takePoint(bytes);
        if (!point)
            return std::nullopt;
        measurement.points.push_back(*point);
    }
    auto name = plane ? takeText(bytes) : std::nullopt;
    if (!name)
        return std::nullopt;
    measurement.plane = *plane;
    measurement.name = std::move(*name);
    return measurement;
}

} // namespace

std::string bytesOf(const MeasurementTable& table)
{
    std::string bytes;
    for (const auto& measurement : table) {
        put(bytes, measurement.id);
        put(bytes, static_cast<std::uint8_t>(measurement.kind));
        const auto& plane = measurement.plane;
        put(bytes, std::array<std::int32_t, 2>{plane.columns, plane.rows});
        put(bytes, plane.spacingMm);
        for (const auto& point : {plane.origin, plane.axes[0], plane.axes[1]})
            putPoint(bytes, point);
        for (const auto& point : measurement.points)
            putPoint(bytes, point);
        putText(bytes, measurement.name);
    }
    return bytes;
}

std::optional<MeasurementTable> measurementsFrom(std::string_view bytes)
{
    MeasurementTable table;
    while (!bytes.empty()) {
        auto measurement = takeMeasurement(bytes);
        const auto hasId = [&](const Measurement& other) { return other.id == measurement->id; };
        if (!measurement || std::any_of(table.begin(), table.end(), hasId))
            return std::nullopt;
        table.push_back(std::move(*measurement));
    }
    return table;
}

} // namespace annotations
