#pragma once

#include "annotations/report/report_tokens.h"

#include <string_view>
#include <vector>

namespace annotations {

/// Whether a byte of a text of Latin letters belongs to a word.
bool isWordByte(char byte);

/// Cuts a text of Latin letters into words, in small letters and with abbreviations written out, and signs, sentence by
/// sentence.
std::vector<std::vector<Token>> cutSentences(std::string_view text);

} // namespace annotations
