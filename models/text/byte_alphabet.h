#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace models::text {

/// GPT-2's alphabet: each of the 256 bytes as a printable character, so that vocabularies are text files.
std::string_view byteCharacter(std::uint8_t byte);

/// The characters in the order in which CLIP's vocabulary has them: printable bytes first, then the rest.
const std::array<std::uint8_t, 256>& bytesInAlphabetOrder();

/// The bytes that a token of this alphabet stands for, appended; characters of no byte are appended as they are.
void appendBytesOf(std::string_view token, std::string& bytes);

/// UTF-8 with U+FFFD in place of what is not: what Python's decode(errors="replace") gives.
std::string repairedUtf8(std::string_view bytes);

} // namespace models::text
