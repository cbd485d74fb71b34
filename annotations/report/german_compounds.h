#pragma once

#include "annotations/report/report_tokens.h"

#include <vector>

namespace annotations {

/// The words that a word of a German report is made of: "unterlappenpneumonie" is a zone and what is in it,
/// "rechtsbasal" a side and a zone, "infiltratfrei" the sign kFreeOf and a finding. Others come back alone. Letters are
/// small, umlauts too.
std::vector<Token> splitCompound(Token token);

} // namespace annotations
