#pragma once

#include "annotations/report/report_text.h"

#include <optional>
#include <string>
#include <string_view>

namespace annotations {

/// A finding without the words that the fields have a place for.
struct FindingWords
{
    std::string finding;
    std::optional<LungZones> zones; ///< Zones that stand before it and are the lungs' involved: "upper zone fibrosis".
    std::string withZones; ///< The finding as it stands where no lung is involved.
};

/// Lower case words before the first comma, full stop, bracket, side, zone behind the finding, or extent; without
/// "bilateral", "unilateral" or a side before them.
FindingWords cleanFinding(std::string_view finding);

/// Whether a finding says what is not there ("no infection"), which fields cannot.
bool isNegated(std::string_view finding);

} // namespace annotations
