#pragma once

#include "annotations/label_map.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace annotations {

/// The picture's values inside a segment: Hounsfield units for a CT, stored values after rescale otherwise.
struct ValueStatistics
{
    std::size_t voxels = 0; ///< That have a value: padding and not-a-number are left out. At least 1.
    double mean = 0;
    double deviation = 0; ///< Of these voxels as a whole (divided by their number), so 0 for a single one.
    double minimum = 0;
    double maximum = 0;

    friend bool operator==(const ValueStatistics&, const ValueStatistics&) = default;
};

/// What can be measured of one segment. Nothing in it is ever NaN: what is not known is absent.
struct SegmentStatistics
{
    std::uint16_t value = 0; ///< Label::value
    std::size_t voxels = 0; ///< 0: the segment is empty, and nothing else is known of it.
    std::optional<double> millilitres; ///< Of a stack of slices at equal distances.
    std::optional<double> squareMm; ///< Of a picture of one slice; at the detector where the picture's spacing is that.
    /// The longest diameter of one connected area on one slice, from outer edge to outer edge of its pixels, mm.
    std::optional<double> longestMm;
    std::optional<ValueStatistics> values; ///< Absent for colour pictures and where every voxel is padding.

    bool empty() const { return voxels == 0; }

    friend bool operator==(const SegmentStatistics&, const SegmentStatistics&) = default;
};

/// Segments measured on a picture.
struct MeasuredSegments
{
    std::vector<SegmentStatistics> segments; ///< In the order asked.
    std::string unit; ///< Of the values: "HU", or empty.
    std::string noVolume; ///< Why no segment has a volume or an area in millimetres; empty when they have.
    bool cancelled = false; ///< Nothing was measured.
};

/// Measures the labels with these values, each of which is a segment, one slice after another on all cores: takes no
/// memory beside a slice's runs. A picture whose slices do not lie at equal distances has no volumes, one without
/// spacing no millimetres at all (noVolume says why). Throws Error(InvalidInput) when the map has not the picture's
/// size.
MeasuredSegments measureSegments(const LabelMap& map, const imaging::Volume& picture,
    std::span<const std::uint16_t> values, std::stop_token stop = {}, const imaging::Progress& progress = {});

} // namespace annotations
