#pragma once

#include "annotations/report/report_text.h"

#include <string>
#include <string_view>

namespace annotations {

/// A lung's zones in a few words, for labels and chips: "right lower", "left upper/middle", "whole right", "right";
/// empty when the lung is not involved.
std::string placeName(std::string_view side, const LungZones& zones);

} // namespace annotations
