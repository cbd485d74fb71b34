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

} // namespace annotations
