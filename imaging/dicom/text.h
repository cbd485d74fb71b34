#pragma once

#include <string>
#include <string_view>

namespace imaging {

/// Text of a DICOM value as UTF-8. `characterSets` is (0008,0005) as stored, with backslashes, empty for the default.
/// Code extensions by escape sequences (PS3.5 6.1.2.5) are followed; bytes that mean nothing become U+FFFD. The result
/// is always valid UTF-8. Thread-safe.
std::string toUtf8(std::string_view value, std::string_view characterSets);

/// The text as one line for a sentence, a list or a terminal: control characters, which no name or description may hold
/// (PS3.5 6.1.3), become spaces and bytes that are not UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// The first component group of a PN that is not empty ("Yamada^Tarou=..." -> "Yamada^Tarou"), of a value in UTF-8.
std::string firstNameGroup(std::string_view personName);

} // namespace imaging
