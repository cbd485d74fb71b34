#pragma once

#include "annotations/report/reading.h"

#include <string>
#include <string_view>

namespace annotations {

/// Why a text is to be asked about though findings were read in it: it asks a question, answers one with "no", or excepts
/// a place that no finding leaves out. Empty: no reason.
std::string doubtOf(std::string_view text, const ReportReading& reading);

} // namespace annotations
