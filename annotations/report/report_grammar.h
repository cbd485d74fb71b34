#pragma once

#include "annotations/report/report_text.h"

#include <optional>
#include <string>
#include <string_view>

namespace annotations {

/// What the grammar reads back of a finding.
struct FindingWords
{
    std::string finding;
    std::optional<LungZones> zones; ///< Zones that stand in it and belong to the lungs involved: "upper zone fibrosis".
    std::string withZones; ///< The finding as it stands where no lung is involved.
};

/// The part of a finding that the grammar reads back as one: lower case words before the first comma, full stop or
/// clause of the grammar ("two infected areas", "lower left lung", "of mild extent"), without "bilateral" or
/// "unilateral".
FindingWords cleanFinding(std::string_view finding);

/// Whether a finding holds a word such as "no" or "without": it then says what is not there, which fields cannot.
bool isNegated(std::string_view finding);

} // namespace annotations
