#pragma once

#include "imaging/dicom/header.h"
#include "imaging/window_level.h"

#include <optional>

namespace imaging {

/// What the rescaled values of a picture can be.
struct ValueRange
{
    double low = 0;
    double high = 0;
    bool whole = true; ///< No fractions.
};

/// The first VOI transformation that a header names: its table (0028,3010), else its window (0028,1050) with its
/// function (0028,1056); at the top level, else in the functional groups. PS3.3 C.11.2. Where both are there the table
/// is what the maker meant and the window its straight line. Tables that are damaged are passed over.
std::optional<WindowLevel> voiOf(const DicomHeader& header, const ValueRange& values);

} // namespace imaging
