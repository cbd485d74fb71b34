#include "annotations/report/report_lexicon.h"

#include "annotations/report/report_findings.h"

#include <algorithm>
#include <utility>

namespace annotations {

namespace {

bool matches(std::string_view pattern, std::string_view word)
{
    return pattern.ends_with('*') ? word.starts_with(pattern.substr(0, pattern.size() - 1)) : word == pattern;
}

} // namespace

std::vector<std::string_view> wordsOf(std::string_view phrase)
{
    std::vector<std::string_view> words;
    while (!phrase.empty()) {
        const auto blank = std::min(phrase.find(' '), phrase.size());
        words.push_back(phrase.substr(0, blank));
        phrase.remove_prefix(std::min(blank + 1, phrase.size()));
    }
    return words;
}

Lexicon::Match Lexicon::at(std::span<const Token> tokens, std::size_t begin, bool headings) const
{
    Match best;
    std::size_t bestRank = 0;
    const auto consider = [&](const Entry& entry) {
        const auto count = entry.words.size();
        const auto rank = count * 256 + entry.words.back().size() * 2 + (entry.words.back().ends_with('*') ? 0 : 1);
        if (begin + count > tokens.size() || (best.phrase && rank <= bestRank))
            return;
        if (!headings && entry.phrase->kind == Kind::Heading)
            return;
        for (std::size_t i = 0; i < count; ++i)
            if (!matches(entry.words[i], tokens[begin + i].word))
                return;
        best = {entry.phrase, count};
        bestRank = rank;
    };
    const auto& word = tokens[begin].word;
    if (const auto found = m_exact.find(word); found != m_exact.end())
        for (const auto& entry : found->second)
            consider(entry);
    if (!word.empty())
        if (const auto found = m_stems.find(word[0]); found != m_stems.end())
            for (const auto& entry : found->second)
                consider(entry);
    return best;
}

void Lexicon::add(const Phrase& phrase)
{
    auto words = wordsOf(phrase.words);
    const auto first = words.front();
    auto& list = first.ends_with('*') ? m_stems[first[0]] : m_exact[first];
    list.push_back({&phrase, std::move(words)});
}

const Lexicon& englishLexicon()
{
    static const Lexicon lexicon{englishPhrases(), findingPhrases()};
    return lexicon;
}

const Lexicon& germanLexicon()
{
    static const Lexicon lexicon{germanPhrases()};
    return lexicon;
}

} // namespace annotations
