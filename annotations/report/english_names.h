#pragma once

#include "annotations/report/report_findings.h"

#include <string>
#include <string_view>

namespace annotations {

/// English words for what another language's report names, one for each kind: by them findings are compared.
std::string englishName(Concept kind);

/// The same as near to the report's own word as there is one: "infiltrate" for "infiltrate" of a German report.
std::string englishWords(std::string_view words, Concept kind);

} // namespace annotations
