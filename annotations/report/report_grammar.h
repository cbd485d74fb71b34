#pragma once

#include <string>
#include <string_view>

namespace annotations {

/// The part of a finding that the grammar reads back as one: lower case words before the first comma, full stop or
/// clause of the grammar ("two infected areas", "lower left lung", "of mild extent"), without "bilateral" or
/// "unilateral".
std::string cleanFinding(std::string_view finding);

/// Whether a finding holds a word such as "no" or "without": it then says what is not there, which fields cannot.
bool isNegated(std::string_view finding);

} // namespace annotations
