#pragma once

#include "annotations/measure/measurement.h"

#include <QString>

namespace imaging {
class Volume;
}

namespace ui {

/// The values of a measurement in the units that the picture has: millimetres, those of the detector, or pixels.
QString measurementText(const annotations::Measurement& measurement, const imaging::Volume& volume);

/// What a kind is called.
QString nameOf(annotations::MeasureKind kind);

} // namespace ui
