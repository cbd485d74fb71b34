#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace annotations {

/// A word or sign of a report in lower case and the bytes of the text that it stands for.
struct Token
{
    std::string word;
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Stands before a finding that is missing: "infiltratfrei", "non-consolidated".
inline constexpr std::string_view kFreeOf = "non";

/// What an abbreviation stands for ("rll": "right lower lobe"), words with blanks between; empty for other words.
std::string_view abbreviationOf(std::string_view word);

/// "2019"
bool isYear(std::string_view word);

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words);

} // namespace annotations
