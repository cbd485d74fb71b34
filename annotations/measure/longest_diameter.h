#pragma once

#include "annotations/measure/plane_areas.h"

#include <span>

namespace annotations {

/// The greatest distance between two corners of an area's pixels, mm; 0 for no runs. `runs` are those of one area in the
/// order of rows, `columnMm` and `rowMm` the distances of neighbouring columns and rows.
double longestDiameterMm(std::span<const RowRun> runs, double columnMm, double rowMm);

} // namespace annotations
