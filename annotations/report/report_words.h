#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace annotations {

/// "two" for 2; digits above twenty.
std::string numberWord(int number);

/// 2 for "two", "2" or "02"; nothing for other words and numbers above 99.
std::optional<int> numberOf(std::string_view word);

/// A blank, a tab, a line break or a page break.
bool isBlank(char c);

/// ASCII lower case; other bytes (UTF-8) unchanged.
std::string lowerCase(std::string_view text);

/// The code point at a byte of a text and how many bytes it takes; 0xFFFD and 1 for what is no UTF-8 (RFC 3629).
std::pair<char32_t, std::size_t> codePoint(std::string_view text, std::size_t at);

/// The first byte that is no UTF-8; nothing in a text that is.
std::optional<std::size_t> brokenByte(std::string_view text);

/// Without blanks and line breaks at both ends.
std::string_view trimmed(std::string_view text);

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& words);

/// "1 picture", "2 pictures". `many`: several of them, where that is not `one` with an s.
std::string counted(std::size_t count, std::string_view one, std::string_view many = {});

} // namespace annotations
