#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <array>
#include <optional>

namespace annotations {

namespace {

struct Abbreviation
{
    std::string_view word;
    std::string_view meaning; ///< Words with blanks between them; none of them is an abbreviation.
};

constexpr std::array kAbbreviations{
    Abbreviation{"lt", "left"},
    Abbreviation{"rt", "right"},
    Abbreviation{"left-sided", "left"},
    Abbreviation{"right-sided", "right"},
    Abbreviation{"b/l", "bilateral"},
    Abbreviation{"bilaterally", "bilateral"},
    Abbreviation{"uz", "upper zone"},
    Abbreviation{"mz", "middle zone"},
    Abbreviation{"lz", "lower zone"},
    Abbreviation{"luz", "left upper zone"},
    Abbreviation{"lmz", "left middle zone"},
    Abbreviation{"llz", "left lower zone"},
    Abbreviation{"ruz", "right upper zone"},
    Abbreviation{"rmz", "right middle zone"},
    Abbreviation{"rlz", "right lower zone"},
    Abbreviation{"lul", "left upper lobe"},
    Abbreviation{"lll", "left lower lobe"},
    Abbreviation{"rul", "right upper lobe"},
    Abbreviation{"rml", "right middle lobe"},
    Abbreviation{"rll", "right lower lobe"},
    Abbreviation{"bibasal", "both lower zones"},
    Abbreviation{"bibasilar", "both lower zones"},
    Abbreviation{"biapical", "both upper zones"},
    Abbreviation{"midzone", "middle zone"},
    Abbreviation{"midzones", "middle zones"},
    Abbreviation{"midlung", "middle lung"},
    Abbreviation{"&", "and"},
    Abbreviation{"plus", "and"},
};

} // namespace

std::string_view abbreviationOf(std::string_view word)
{
    const auto* found = std::find_if(
        kAbbreviations.begin(), kAbbreviations.end(), [&](const Abbreviation& entry) { return entry.word == word; });
    return found == kAbbreviations.end() ? std::string_view() : found->meaning;
}

bool isYear(std::string_view word)
{
    return word.size() == 4 && (word.starts_with("19") || word.starts_with("20"))
        && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace annotations
