#pragma once

#include <string>
#include <string_view>

namespace models::text {

/// A text as CLIP's tokenizer prepares it: repaired as ftfy 6 repairs it (ligatures, full and half width, curly quotes,
/// line breaks, control characters, terminal escapes, C1 controls, entities where there is no "<", NFC), HTML unescaped
/// twice, white space collapsed, lower case. Text that was decoded with a wrong encoding (mojibake) is left as it is:
/// ftfy guesses there.
std::u32string cleanedForClip(std::string_view text);

} // namespace models::text
