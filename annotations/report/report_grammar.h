#pragma once

#include <string>
#include <string_view>

namespace annotations {

/// The part of a finding that the grammar reads back as one: lower case words before the first comma, full stop or
/// clause of the grammar ("two infected areas", "lower left lung", "of mild extent"), without "bilateral" or
/// "unilateral".
std::string cleanFinding(std::string_view finding);

} // namespace annotations
