#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// A word of a report in lower case and the bytes of the text that it stands for. What separates phrases (a comma, a
/// colon, a bracket, "but") is the word ",". Abbreviations are written out: "RLL" gives "right lower lobe".
struct Token
{
    std::string word;
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Token> tokensOf(std::string_view text);

/// What an abbreviation stands for ("rll": "right lower lobe"), words with blanks between; empty for other words.
std::string_view abbreviationOf(std::string_view word);

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words);

/// Walks over words that somebody else keeps; each accept... function moves on only when it matches.
class Words
{
public:
    explicit Words(std::span<const Token> tokens)
        : m_tokens(tokens)
    {
    }

    bool atEnd() const { return m_at == m_tokens.size(); }
    std::size_t position() const { return m_at; }
    void goTo(std::size_t position) { m_at = position; }
    const Token& next() { return m_tokens[m_at++]; }
    const Token& peekToken() const { return m_tokens[m_at]; }

    /// The word `ahead` words further on; empty past the end.
    std::string_view peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_tokens.size() ? std::string_view(m_tokens[m_at + ahead].word) : std::string_view();
    }

    bool accept(std::string_view word)
    {
        if (atEnd() || m_tokens[m_at].word != word)
            return false;
        ++m_at;
        return true;
    }

    bool acceptOne(std::initializer_list<std::string_view> words)
    {
        for (const auto word : words)
            if (accept(word))
                return true;
        return false;
    }

    /// Tries a rule; when it fails the words are where they were.
    template <typename Rule> bool attempt(Rule rule)
    {
        const std::size_t start = m_at;
        if (rule())
            return true;
        m_at = start;
        return false;
    }

private:
    std::span<const Token> m_tokens;
    std::size_t m_at = 0;
};

} // namespace annotations
