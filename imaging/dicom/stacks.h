#pragma once

#include "imaging/dicom/scanned_file.h"

#include <vector>

namespace imaging {

/// Puts files together into stacks: same series, class, size, pixel size and orientation; scouts, dose screens and
/// other passes over the same positions or frames of reference are stacks of their own; copies of an instance are left
/// out with a warning.
/// Slices are ordered along their normal. Stacks are ordered by study date, then series number.
std::vector<SeriesInfo> buildStacks(std::vector<ScannedFile> files);

} // namespace imaging
