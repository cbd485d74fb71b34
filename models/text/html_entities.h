#pragma once

#include <array>
#include <string>
#include <string_view>

namespace models::text {

/// Character references ("&lt;", "&#176;", "&eacute") replaced as Python's html.unescape does: names without a
/// semicolon where HTML allows them, the longest name that fits; what is none stays.
std::u32string unescapedHtml(std::u32string_view text);

/// Only what is certainly meant as one: references that end in a semicolon, also in capitals ("&EACUTE;"). As ftfy
/// does.
std::u32string unescapedCertainHtml(std::u32string_view text);

/// What browsers make of a C1 control (0x80 to 0x9f): the character of windows-1252.
char32_t windows1252(char32_t control);

namespace detail {

struct HtmlEntity
{
    std::string_view name; ///< With its semicolon where it must have one.
    char32_t first = 0;
    char32_t second = 0; ///< 0: only one character
};

extern const std::array<HtmlEntity, 2231> kHtmlEntities; ///< Sorted by name.

} // namespace detail

} // namespace models::text
