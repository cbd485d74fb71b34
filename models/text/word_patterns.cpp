#include "models/text/word_patterns.h"

#include "models/text/unicode_text.h"

#include <algorithm>
#include <array>

namespace models::text {

namespace {

using Text = std::u32string_view;

constexpr std::array<Text, 7> kContractions{U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};
constexpr std::array<Text, 2> kClipSpecials{U"<|startoftext|>", U"<|endoftext|>"};

enum class Class { Space, Letter, Number, Other };

Class classOf(char32_t c)
{
    return isWhiteSpace(c) ? Class::Space : isLetter(c) ? Class::Letter : isNumber(c) ? Class::Number : Class::Other;
}

/// Simple case folding, as far as it can make one of the words above: long s is an s.
char32_t folded(char32_t c)
{
    return c == 0x17f ? U's' : c >= U'A' && c <= U'Z' ? c + 32 : c;
}

bool startsWithFolded(Text text, Text word)
{
    return text.size() >= word.size()
        && std::equal(word.begin(), word.end(), text.begin(), [](char32_t a, char32_t b) { return a == folded(b); });
}

std::size_t runLength(Text text, Class wanted)
{
    std::size_t length = 0;
    while (length < text.size() && classOf(text[length]) == wanted)
        ++length;
    return length;
}

std::size_t clipLength(Text rest)
{
    if (rest.front() == U'<')
        for (const auto special : kClipSpecials)
            if (startsWithFolded(rest, special))
                return special.size();
    if (rest.front() == U'\'')
        for (const auto contraction : kContractions)
            if (startsWithFolded(rest, contraction))
                return contraction.size();
    const auto first = classOf(rest.front());
    return first == Class::Number ? 1 : runLength(rest, first);
}

std::size_t gpt2Length(Text rest)
{
    if (rest.front() == U'\'')
        for (const auto contraction : kContractions)
            if (rest.starts_with(contraction))
                return contraction.size();
    const std::size_t space = rest.front() == U' ' ? 1 : 0;
    if (space < rest.size() && classOf(rest[space]) != Class::Space)
        return space + runLength(rest.substr(space), classOf(rest[space]));
    const auto blanks = runLength(rest, Class::Space);
    return blanks == rest.size() || blanks == 1 ? blanks : blanks - 1; // The last one belongs to the next word.
}

} // namespace

std::vector<Text> clipWords(Text text)
{
    std::vector<Text> words;
    while (!text.empty()) {
        const auto length = clipLength(text);
        if (!isWhiteSpace(text.front()))
            words.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

std::vector<Text> gpt2Words(Text text)
{
    std::vector<Text> words;
    while (!text.empty()) {
        words.push_back(text.substr(0, gpt2Length(text)));
        text.remove_prefix(words.back().size());
    }
    return words;
}

} // namespace models::text
