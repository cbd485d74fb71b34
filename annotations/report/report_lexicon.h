#pragma once

#include "annotations/report/report_items.h"
#include "annotations/report/report_tokens.h"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace annotations {

/// The words of a phrase, which has a blank between each two.
std::vector<std::string_view> wordsOf(std::string_view phrase);

/// The phrases of a language, found by their first word.
class Lexicon
{
public:
    explicit Lexicon(std::initializer_list<std::span<const Phrase>> lists)
    {
        for (const auto& list : lists)
            for (const auto& phrase : list)
                add(phrase);
    }

    struct Match
    {
        const Phrase* phrase = nullptr;
        std::size_t words = 0;
    };

    /// The longest phrase that begins at a word; an exact word goes before a stem.
    /// `headings`: also headings.
    Match at(std::span<const Token> tokens, std::size_t begin, bool headings = true) const;

    bool knows(const Token& token) const { return at(std::span(&token, 1), 0).phrase != nullptr; }

private:
    struct Entry
    {
        const Phrase* phrase;
        std::vector<std::string_view> words;
    };

    void add(const Phrase& phrase);

    std::map<std::string_view, std::vector<Entry>> m_exact;
    std::map<char, std::vector<Entry>> m_stems;
};

const Lexicon& englishLexicon();
const Lexicon& germanLexicon();

} // namespace annotations
