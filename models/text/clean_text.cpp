#include "models/text/clean_text.h"

#include "models/text/html_entities.h"
#include "models/text/unicode_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace models::text {

namespace {

using Text = std::u32string_view;

constexpr std::array<std::pair<char32_t, Text>, 20> kLigatures{{{0x132, U"IJ"}, {0x133, U"ij"}, {0x149, U"\u02bcn"},
    {0x1c4, U"D\u017d"}, {0x1c5, U"D\u017e"}, {0x1c6, U"d\u017e"}, {0x1c7, U"LJ"}, {0x1c8, U"Lj"}, {0x1c9, U"lj"},
    {0x1ca, U"NJ"}, {0x1cb, U"Nj"}, {0x1cc, U"nj"}, {0x1f1, U"DZ"}, {0x1f2, U"Dz"}, {0x1f3, U"dz"}, {0xfb00, U"ff"},
    {0xfb01, U"fi"}, {0xfb02, U"fl"}, {0xfb03, U"ffi"}, {0xfb04, U"ffl"}}};

/// Python's str.isspace: White_Space and the four separators of ASCII.
bool isSpace(char32_t c)
{
    return isWhiteSpace(c) || (c >= 0x1c && c <= 0x1f);
}

bool isRemovedControl(char32_t c)
{
    return c < 0x09 || c == 0x0b || (c >= 0x0e && c < 0x20) || c == 0x7f || (c >= 0x206a && c < 0x2070) || c == 0xfeff
        || (c >= 0xfff9 && c < 0xfffd);
}

char32_t straightQuote(char32_t c)
{
    if (c == 0x2bc || (c >= 0x2018 && c <= 0x201b))
        return U'\'';
    return c >= 0x201c && c <= 0x201f ? U'"' : c;
}

char32_t withoutC1(char32_t c)
{
    return c >= 0x80 && c <= 0x9f ? windows1252(c) : c;
}

std::u32string withoutLigatures(Text text)
{
    std::u32string result;
    result.reserve(text.size());
    for (const auto c : text) {
        const auto* found =
            std::find_if(kLigatures.begin(), kLigatures.end(), [c](const auto& entry) { return entry.first == c; });
        if (found != kLigatures.end())
            result += found->second;
        else if (c == 0xfb05 || c == 0xfb06)
            result += c == 0xfb05 ? U"\u017ft" : U"st";
        else
            result.push_back(c);
    }
    return result;
}

std::u32string inUsualWidth(Text text)
{
    std::u32string result;
    result.reserve(text.size());
    for (const auto c : text) {
        if (c >= 0xff01 && c < 0xfff0)
            result += normalized(Text(&c, 1), NormalForm::Nfkc);
        else
            result.push_back(c == 0x3000 ? U' ' : c);
    }
    return result;
}

std::u32string withPlainLineBreaks(Text text)
{
    std::u32string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (c == U'\r' && i + 1 < text.size() && text[i + 1] == U'\n')
            continue;
        result.push_back(c == U'\r' || c == 0x2028 || c == 0x2029 || c == 0x85 ? U'\n' : c);
    }
    return result;
}

/// The length of ESC [ 1 ; 31 m at the front; 0: there is none.
std::size_t escapeLength(Text text)
{
    if (text.size() < 3 || text[0] != 0x1b || text[1] != U'[')
        return 0;
    const auto end = text.find_first_not_of(U"0123456789;", 2);
    if (end == Text::npos)
        return 0;
    const auto last = text[end] | 0x20U;
    return last >= U'a' && last <= U'z' && text[end] < 0x80 ? end + 1 : 0;
}

std::u32string withoutControls(Text text)
{
    std::u32string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const auto escape = escapeLength(text);
        if (escape == 0)
            plain.push_back(text.front());
        text.remove_prefix(std::max<std::size_t>(escape, 1));
    }
    std::erase_if(plain, isRemovedControl);
    return plain;
}

/// One line, until nothing changes any more.
std::u32string repairedLine(std::u32string line, bool entities)
{
    constexpr int kMostRounds = 64; // Of entities in entities; a text made to go on for ever ends here.
    for (int round = 0; round < kMostRounds; ++round) {
        auto fixed = entities ? unescapedCertainHtml(line) : line;
        std::transform(fixed.begin(), fixed.end(), fixed.begin(), withoutC1);
        fixed = inUsualWidth(withoutLigatures(fixed));
        std::transform(fixed.begin(), fixed.end(), fixed.begin(), straightQuote);
        fixed = normalized(withoutControls(withPlainLineBreaks(fixed)), NormalForm::Nfc);
        if (fixed == line)
            break;
        line = std::move(fixed);
    }
    return line;
}

std::u32string repaired(Text text)
{
    const auto isPlain = [](char32_t c) { return (c >= 0x20 && c < 0x7f && c != U'&') || c == U'\n'; };
    if (std::all_of(text.begin(), text.end(), isPlain))
        return std::u32string(text);
    std::u32string result;
    bool entities = true; // Until something looks like HTML itself.
    while (!text.empty()) {
        const auto end = text.find(U'\n');
        const auto line = text.substr(0, end == Text::npos ? end : end + 1);
        entities = entities && line.find(U'<') == Text::npos;
        result += repairedLine(std::u32string(line), entities);
        text.remove_prefix(line.size());
    }
    return result;
}

} // namespace

std::u32string cleanedForClip(std::string_view text)
{
    const auto unescaped = unescapedHtml(unescapedHtml(repaired(codePoints(text))));
    std::u32string result;
    result.reserve(unescaped.size());
    for (const auto c : unescaped) {
        if (!isSpace(c))
            result.push_back(c);
        else if (!result.empty() && result.back() != U' ')
            result.push_back(U' ');
    }
    if (result.ends_with(U' '))
        result.pop_back();
    return lowered(result);
}

} // namespace models::text
