#include "annotations/report/report_tokens.h"

#include "annotations/report/report_words.h"

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
    Abbreviation{"+", "and"},
    Abbreviation{"plus", "and"},
    Abbreviation{"but", ","},
    Abbreviation{"whereas", ","},
    Abbreviation{"while", ","},
};

/// The words of `meaning`, all standing for the same bytes.
void append(std::vector<Token>& tokens, std::string_view meaning, std::size_t begin, std::size_t end)
{
    while (!meaning.empty()) {
        const auto blank = std::min(meaning.find(' '), meaning.size());
        tokens.push_back({std::string(meaning.substr(0, blank)), begin, end});
        meaning.remove_prefix(std::min(blank + 1, meaning.size()));
    }
}

bool isPlaceWord(std::string_view word)
{
    constexpr std::array<std::string_view, 6> kPlaces{"left", "right", "upper", "middle", "mid", "lower"};
    return std::find(kPlaces.begin(), kPlaces.end(), word) != kPlaces.end();
}

/// Where "upper-lobe" is two words.
std::optional<std::size_t> hyphenInPlace(std::string_view word)
{
    const auto hyphen = word.find('-');
    if (hyphen == std::string_view::npos || !isPlaceWord(word.substr(0, hyphen)))
        return std::nullopt;
    const auto noun = word.substr(hyphen + 1);
    return isOneOf(noun, {"lobe", "lobes", "zone", "zones", "lung", "field", "fields", "third", "thirds"})
        ? std::optional(hyphen)
        : std::nullopt;
}

/// "UZ/LZ" and "left/right" are two words; "infection/consolidation" is one.
std::optional<std::size_t> slashBetweenPlaces(std::string_view word)
{
    const auto slash = word.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == word.size())
        return std::nullopt;
    const auto known = [](std::string_view part) { return isPlaceWord(part) || !abbreviationOf(part).empty(); };
    const auto rest = word.substr(slash + 1);
    return known(word.substr(0, slash)) && known(rest.substr(0, rest.find('/'))) ? std::optional(slash) : std::nullopt;
}

void appendWord(std::vector<Token>& tokens, const std::string& word, std::size_t begin)
{
    const auto end = begin + word.size();
    if (const auto meaning = abbreviationOf(word); !meaning.empty())
        return append(tokens, meaning, begin, end);
    if (const auto slash = slashBetweenPlaces(word)) {
        appendWord(tokens, word.substr(0, *slash), begin);
        tokens.push_back({"and", begin + *slash, begin + *slash + 1});
        return appendWord(tokens, word.substr(*slash + 1), begin + *slash + 1);
    }
    if (const auto hyphen = hyphenInPlace(word)) {
        tokens.push_back({word.substr(0, *hyphen), begin, begin + *hyphen});
        tokens.push_back({word.substr(*hyphen + 1), begin + *hyphen + 1, end});
        return;
    }
    tokens.push_back({word, begin, end});
}

/// "R base" is the right base; "vitamin R" is not.
void writeOutSideLetters(std::vector<Token>& tokens)
{
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const auto& next = tokens[i + 1].word;
        const bool place = isPlaceWord(next) || isOneOf(next, {"base", "apex", "lung", "basal", "apical", "side"});
        if (place && tokens[i].word == "r")
            tokens[i].word = "right";
        if (place && tokens[i].word == "l")
            tokens[i].word = "left";
    }
}

/// "as well as" says what "and" says.
void joinAsWellAs(std::vector<Token>& tokens)
{
    for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
        if (tokens[i].word == "as" && tokens[i + 1].word == "well" && tokens[i + 2].word == "as") {
            tokens[i] = {"and", tokens[i].begin, tokens[i + 2].end};
            tokens.erase(tokens.begin() + std::ptrdiff_t(i) + 1, tokens.begin() + std::ptrdiff_t(i) + 3);
        }
}

} // namespace

std::string_view abbreviationOf(std::string_view word)
{
    const auto* found = std::find_if(
        kAbbreviations.begin(), kAbbreviations.end(), [&](const Abbreviation& entry) { return entry.word == word; });
    return found == kAbbreviations.end() ? std::string_view() : found->meaning;
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<Token> tokensOf(std::string_view text)
{
    std::vector<Token> tokens;
    std::size_t begin = 0;
    const auto finish = [&](std::size_t end) {
        if (end > begin)
            appendWord(tokens, lowerCase(text.substr(begin, end - begin)), begin);
        begin = end + 1;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool endsWord = i + 1 == text.size() || isBlank(text[i + 1]);
        const bool separates = c == ',' || c == ';' || c == '(' || c == ')' || (c == ':' && endsWord);
        if (!separates && !isBlank(c))
            continue;
        finish(i);
        if (separates)
            tokens.push_back({",", i, i + 1});
    }
    finish(text.size());
    joinAsWellAs(tokens);
    writeOutSideLetters(tokens);
    return tokens;
}

} // namespace annotations
