#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>

namespace annotations {

namespace {

constexpr std::array<std::string_view, 21> kNumbers{"no", "one", "two", "three", "four", "five", "six", "seven",
    "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty"};

} // namespace

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

std::string numberWord(int number)
{
    const auto index = static_cast<std::size_t>(std::max(number, 0));
    return index < kNumbers.size() ? std::string(kNumbers[index]) : std::to_string(number);
}

std::optional<int> numberOf(std::string_view word)
{
    const auto found = std::find(kNumbers.begin() + 1, kNumbers.end(), word);
    if (found != kNumbers.end())
        return static_cast<int>(found - kNumbers.begin());
    const bool digits = !word.empty() && word.size() <= 2
        && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits)
        return std::nullopt;
    const int number = std::stoi(std::string(word));
    return number > 0 ? std::optional(number) : std::nullopt;
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::pair<char32_t, std::size_t> codePoint(std::string_view text, std::size_t at)
{
    constexpr std::pair<char32_t, std::size_t> kBroken{0xFFFD, 1};
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto first = byte(at);
    const std::size_t bytes = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (bytes == 0)
        return kBroken;
    char32_t code = bytes == 1 ? first : first & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(at + i) & 0xc0U) != 0x80)
            return kBroken;
        code = (code << 6U) | (byte(at + i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < kLeast[bytes] || surrogate || code > 0x10ffff ? kBroken : std::pair{code, bytes};
}

std::optional<std::size_t> brokenByte(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, bytes] = codePoint(text, at);
        if (code == 0xFFFD && bytes == 1)
            return at;
        at += bytes;
    }
    return std::nullopt;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string listed(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0)
            text += i + 1 == words.size() ? " and " : ", ";
        text += words[i];
    }
    return text;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many)
{
    auto text = std::to_string(count) + ' ';
    return count == 1 || many.empty() ? text.append(one).append(count == 1 ? "" : "s") : text.append(many);
}

} // namespace annotations
