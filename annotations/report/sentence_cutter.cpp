#include "annotations/report/sentence_cutter.h"

#include "annotations/report/report_lexicon.h"
#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace annotations {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isCapital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/// Bytes that mean the same as an ASCII sign: a dash, an apostrophe, a blank.
struct Sign
{
    std::string_view bytes;
    char means;
};

constexpr std::array kSigns{Sign{"\xe2\x80\x93", '-'}, Sign{"\xe2\x80\x94", '-'}, Sign{"\xe2\x80\x99", '\''},
    Sign{"\xc2\xa0", ' '}, Sign{"\xe2\x80\xa2", '\n'}};

/// One call of cutSentences().
class SentenceCutter
{
public:
    explicit SentenceCutter(std::string_view text)
        : m_text(text)
    {
    }

    std::vector<std::vector<Token>> cut()
    {
        while (m_at < m_text.size())
            step();
        endSentence();
        return std::move(m_sentences);
    }

private:
    char at(std::size_t place) const { return place < m_text.size() ? m_text[place] : '\0'; }

    void step()
    {
        for (const auto& sign : kSigns)
            if (m_text.substr(m_at).starts_with(sign.bytes))
                return readSign(sign.means, sign.bytes.size());
        if (isWordByte(m_text[m_at]))
            return readWord();
        readSign(m_text[m_at], 1);
    }

    bool isSignAt(std::size_t place) const
    {
        const auto rest = m_text.substr(place);
        return std::any_of(
            kSigns.begin(), kSigns.end(), [&](const Sign& sign) { return rest.starts_with(sign.bytes); });
    }

    void readWord()
    {
        const auto begin = m_at;
        while (m_at < m_text.size()) {
            const bool inside = isWordByte(m_text[m_at]) && !isSignAt(m_at);
            // "2.5", "e.g."
            const bool point = m_text[m_at] == '.'
                && ((isDigit(at(m_at + 1)) && isDigit(m_text[m_at - 1]))
                    || (m_at - begin == 1 && isWordByte(at(m_at + 1)) && !isDigit(m_text[begin])));
            if (!inside && !point)
                break;
            ++m_at;
        }
        push(lowerCase(m_text.substr(begin, m_at - begin)), begin, m_at);
    }

    void readSign(char sign, std::size_t bytes)
    {
        const auto begin = m_at;
        m_at += bytes;
        if (sign == '.')
            return endAtPoint();
        if (sign == '\n' && endsLine())
            return endSentence();
        if (sign == '!')
            return endSentence();
        if (sign == '?') {
            push("?", begin, m_at);
            const bool behindWord = begin > 0 && isWordByte(m_text[begin - 1]);
            if (behindWord && !isWordByte(at(m_at)))
                endSentence();
            return;
        }
        const bool insideWord = begin > 0 && isWordByte(m_text[begin - 1]) && isWordByte(at(m_at));
        if (sign == '-' && insideWord)
            return; // "ground-glass" is two words.
        if (std::string_view(",;:()[]/&+<>=-").find(sign) != std::string_view::npos)
            push(std::string(1, sign), begin, m_at);
    }

    /// A line that ends a sentence: the next one is empty or begins another.
    bool endsLine() const
    {
        auto next = m_at;
        while (at(next) == ' ' || at(next) == '\t' || at(next) == '\r')
            ++next;
        const char c = at(next);
        return c == '\0' || c == '\n' || c == '-' || c == '*' || isDigit(c) || isCapital(c);
    }

    /// "Z. n.", "V. a.": one abbreviation with a blank in it.
    bool goesOnBehindPoint()
    {
        constexpr std::array<std::string_view, 5> kPairs{"z.n", "v.a", "z.b", "o.b", "i.s"};
        if (m_sentence.empty() || m_sentence.back().word.size() != 1)
            return false;
        auto next = m_at;
        while (at(next) == ' ')
            ++next;
        auto& word = m_sentence.back().word;
        const auto pair = word + '.' + lowerCase(m_text.substr(std::min(next, m_text.size()), 1));
        if (at(next + 1) != '.' || std::find(kPairs.begin(), kPairs.end(), pair) == kPairs.end())
            return false;
        word = pair;
        m_sentence.back().end = next + 1;
        m_at = next + 2;
        return true;
    }

    void endAtPoint()
    {
        if (goesOnBehindPoint())
            return;
        constexpr std::array<std::string_view, 17> kShort{"li", "re", "bilat", "rt", "lt", "vs", "approx", "dr", "resp",
            "e.g", "i.e", "ca", "bzw", "z.b", "v.a", "z.n", "bds"};
        const char next = at(m_at);
        const bool open = next == ':' || next == ','
            || (next != '\0' && !isBlank(next) && !isCapital(next) && isWordByte(next));
        const auto last = m_sentence.empty()
            ? std::string()
            : lowerCase(m_text.substr(m_sentence.back().begin, m_sentence.back().end - m_sentence.back().begin));
        if (open || std::find(kShort.begin(), kShort.end(), last) != kShort.end())
            return;
        const bool listNumber = m_sentence.size() == 1 && numberOf(last);
        if (listNumber)
            m_sentence.clear(); // "1. Consolidation"
        endSentence();
    }

    void push(std::string word, std::size_t begin, std::size_t end)
    {
        const auto meaning = abbreviationOf(word);
        if (meaning.empty()) {
            m_sentence.push_back({std::move(word), begin, end});
            return;
        }
        for (const auto part : wordsOf(meaning))
            m_sentence.push_back({std::string(part), begin, end});
    }

    void endSentence()
    {
        if (!m_sentence.empty())
            m_sentences.push_back(std::move(m_sentence));
        m_sentence.clear();
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<Token> m_sentence;
    std::vector<std::vector<Token>> m_sentences;
};

} // namespace

bool isWordByte(char byte)
{
    return isDigit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '\'' || byte == '%'
        || static_cast<unsigned char>(byte) >= 0x80;
}

std::vector<std::vector<Token>> cutSentences(std::string_view text)
{
    return SentenceCutter(text).cut();
}

} // namespace annotations
