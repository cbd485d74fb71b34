#pragma once

#include <string>
#include <string_view>

namespace models::data {

/// The bytes of a table as UTF-8 without a byte order mark: UTF-16, as Excel's "Unicode text" is, is converted. Throws
/// Error(InvalidInput) naming `source` and the line for text that is neither.
std::string tableText(std::string_view bytes, const std::string& source);

/// The text of a cell without blanks, tabs and line ends around it.
std::string trimmedText(std::string_view text);

} // namespace models::data
