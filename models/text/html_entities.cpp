#include "models/text/html_entities.h"

#include "models/text/unicode_text.h"

#include <algorithm>

namespace models::text {

namespace {

using Text = std::u32string_view;

constexpr char32_t kNone = 0xffffffff; ///< Characters that HTML does not allow vanish.

constexpr std::array<char32_t, 32> kWindows1252{0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,
    0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};

bool isDigit(char32_t c)
{
    return c >= U'0' && c <= U'9';
}

bool isAsciiLetter(char32_t c)
{
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

int hexValue(char32_t c)
{
    return isDigit(c)            ? static_cast<int>(c - U'0')
        : c >= U'a' && c <= U'f' ? static_cast<int>(c - U'a') + 10
        : c >= U'A' && c <= U'F' ? static_cast<int>(c - U'A') + 10
                                 : -1;
}

char32_t characterOf(std::uint64_t number)
{
    if (number == 0 || (number >= 0xd800 && number <= 0xdfff) || number > 0x10ffff)
        return 0xfffd;
    if (number >= 0x80 && number <= 0x9f)
        return windows1252(static_cast<char32_t>(number));
    const bool control = number < 0x09 || number == 0x0b || (number >= 0x0e && number < 0x20) || number == 0x7f;
    const bool noncharacter = (number >= 0xfdd0 && number <= 0xfdef) || (number & 0xfffeU) == 0xfffe;
    return control || noncharacter ? kNone : static_cast<char32_t>(number);
}

/// The length of "#123;" or "#x7b;" at the front, and its character; 0: there is none.
std::pair<std::size_t, char32_t> numberAt(Text text)
{
    if (text.size() < 2 || text[0] != U'#')
        return {0, 0};
    const bool hex = text[1] == U'x' || text[1] == U'X';
    std::size_t at = hex ? 2 : 1;
    const auto first = at;
    std::uint64_t number = 0;
    for (; at < text.size() && (hex ? hexValue(text[at]) >= 0 : isDigit(text[at])); ++at)
        number =
            std::min<std::uint64_t>(number * (hex ? 16 : 10) + static_cast<unsigned>(hexValue(text[at])), 1U << 30U);
    if (at == first)
        return {0, 0};
    return {at + (at < text.size() && text[at] == U';' ? 1 : 0), characterOf(number)};
}

const detail::HtmlEntity* entity(std::string_view name)
{
    const auto found = std::lower_bound(detail::kHtmlEntities.begin(), detail::kHtmlEntities.end(), name,
        [](const detail::HtmlEntity& a, std::string_view b) { return a.name < b; });
    return found != detail::kHtmlEntities.end() && found->name == name ? found : nullptr;
}

/// The longest named reference at the front of the text.
const detail::HtmlEntity* entityAt(Text text)
{
    constexpr std::size_t kLongest = 33;
    std::string name;
    for (const auto c : text.substr(0, kLongest)) {
        if (!isAsciiLetter(c) && !isDigit(c) && c != U';')
            break;
        name.push_back(static_cast<char>(c));
        if (c == U';')
            break;
    }
    for (; name.size() > 1; name.pop_back())
        if (const auto* found = entity(name))
            return found;
    return nullptr;
}

void append(const detail::HtmlEntity& found, std::u32string& text)
{
    text.push_back(found.first);
    if (found.second != 0)
        text.push_back(found.second);
}

/// One reference at the front of the text (behind the ampersand); its length, 0: there is none.
std::size_t appendReference(Text text, std::u32string& result)
{
    if (const auto [length, character] = numberAt(text); length > 0) {
        if (character != kNone)
            result.push_back(character);
        return length;
    }
    const auto* found = entityAt(text);
    if (!found)
        return 0;
    append(*found, result);
    return found->name.size();
}

/// "EACUTE;", where only "eacute;" is known.
const detail::HtmlEntity* entityInCapitals(std::string name)
{
    if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; })
        || entityAt(codePoints(name)))
        return nullptr;
    for (auto& c : name)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return entity(name);
}

std::size_t appendCertainReference(Text text, std::u32string& result)
{
    constexpr std::size_t kLongest = 24;
    std::size_t length = text.starts_with(U'#') ? 1 : 0;
    const auto first = length;
    while (length < text.size() && length - first < kLongest && (isAsciiLetter(text[length]) || isDigit(text[length])))
        ++length;
    if (length == first || length >= text.size() || text[length] != U';')
        return 0;
    const auto reference = text.substr(0, ++length);
    if (first == 1)
        return numberAt(reference).first == length ? appendReference(reference, result) : 0;
    const auto name = utf8(reference);
    if (const auto* found = entity(name)) {
        append(*found, result);
    } else if (const auto* capitals = entityInCapitals(name)) {
        std::u32string small;
        append(*capitals, small);
        result += uppered(small);
    } else {
        return 0;
    }
    return length;
}

template <typename AppendReference> std::u32string unescaped(Text text, const AppendReference& appendOne)
{
    std::u32string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto length = text[i] == U'&' ? appendOne(text.substr(i + 1), result) : 0;
        if (length == 0)
            result.push_back(text[i]);
        i += 1 + length;
    }
    return result;
}

} // namespace

char32_t windows1252(char32_t control)
{
    return kWindows1252.at(control - 0x80);
}

std::u32string unescapedHtml(Text text)
{
    return unescaped(text, appendReference);
}

std::u32string unescapedCertainHtml(Text text)
{
    return unescaped(text, appendCertainReference);
}

} // namespace models::text
