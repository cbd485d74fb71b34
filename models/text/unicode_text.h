#pragma once

#include <string>
#include <string_view>

/// UTF-8 and the classes of characters that tokenizers speak of, by ICU.
namespace models::text {

/// What is not UTF-8 becomes U+FFFD.
std::u32string codePoints(std::string_view text);
std::string utf8(std::u32string_view text);
void appendUtf8(std::string& text, char32_t character);

/// Bytes in the character that begins with this byte; 1 for a byte that begins none.
std::size_t characterLength(char first);

bool isLetter(char32_t c); ///< \p{L}
bool isNumber(char32_t c); ///< \p{N}
bool isSymbol(char32_t c); ///< \p{S} but for modifiers (\p{Sk}) and U+FFFD: emoji, signs of mathematics and of money
bool isWhiteSpace(char32_t c); ///< \s: the property White_Space

/// Lower case with the rules for whole words (final sigma, dotted I), independent of the language.
std::u32string lowered(std::u32string_view text);
std::u32string uppered(std::u32string_view text);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };
std::u32string normalized(std::u32string_view text, NormalForm form);

} // namespace models::text
