#pragma once

#include "annotations/measure/measurement.h"

#include <optional>
#include <string>
#include <string_view>

namespace annotations {

/// A table as a journal keeps it.
std::string bytesOf(const MeasurementTable& table);
/// Nothing for bytes that are damaged: an unknown kind, too few points, a place that is not finite, an id twice.
std::optional<MeasurementTable> measurementsFrom(std::string_view bytes);

} // namespace annotations
