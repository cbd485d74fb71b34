#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_scopes.h"
#include "annotations/report/sentence_triggers.h"

#include <algorithm>

namespace annotations {

namespace {

/// A time before today in a sentence: "two years ago", "in 2019", "old films:", "treated for".
struct PastTime
{
    std::size_t first = 0; ///< Phrases.
    std::size_t last = 0;
    bool heading = false; ///< All that follows is of then: "old films:".
    bool treated = false; ///< Whether it is over is said only by "now".
};

/// Times of the past and what is said of them (the temporal triggers of ConText, with the commas and "now" as their
/// ends).
class TimeReader : private SentenceScopes
{
public:
    using SentenceScopes::SentenceScopes;

    void read()
    {
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            if (const auto time = timeAt(i); time && !isCompared(*time) && !goesOn(*time))
                apply(*time);
    }

private:
    static bool isNumber(std::string_view word)
    {
        return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    }

    std::string_view wordAt(std::size_t i) const
    {
        return i < m_phrases.size() ? std::string_view(m_phrases[i].word) : std::string_view();
    }

    std::optional<PastTime> timeAt(std::size_t i) const
    {
        const auto& phrase = m_phrases[i];
        if (phrase.kind == Kind::History && phrase.value == 4)
            return PastTime{i, i, false, true};
        if (isYear(phrase.word) && (beginOf(i) == i || isOneOf(wordAt(i - 1), {"in", "im", "jahr"})))
            return PastTime{i, i, false, false};
        if (phrase.kind == Kind::History && phrase.value == 3)
            return agoAt(i);
        const bool study = phrase.kind == Kind::Study || (phrase.kind == Kind::History && phrase.value == 0);
        if (!study)
            return std::nullopt;
        for (auto colon = i + 1; colon < i + 4; ++colon) {
            if (kindAt(colon) == Kind::Colon)
                return PastTime{i, colon, true, false};
            if (kindAt(colon) != Kind::Word && kindAt(colon) != Kind::Chest && kindAt(colon) != Kind::Study)
                break;
        }
        return onStudyAt(i);
    }

    /// "vor zwei Jahren" needs its first word, a Chinese year its digits.
    std::optional<PastTime> agoAt(std::size_t i) const
    {
        const auto word = wordAt(i);
        if (word == "年" && (i == 0 || wordAt(i - 1).size() != 1))
            return std::nullopt;
        if (!isOneOf(word, {"jahr", "jahren", "monat", "monaten", "woche", "wochen", "tagen"}))
            return PastTime{i, i, false, false};
        for (auto before = i; before-- > 0 && before + 4 > i;)
            if (m_phrases[before].word == "vor")
                return PastTime{before, i, false, false};
        return std::nullopt;
    }

    /// ", on the prior study right basal consolidation"
    std::optional<PastTime> onStudyAt(std::size_t i) const
    {
        auto first = i;
        while (first > 0 && kindAt(first - 1) == Kind::Article)
            --first;
        if (first == 0 || !isOneOf(wordAt(first - 1), {"on", "in", "at"}) || beginOf(first - 1) != first - 1)
            return std::nullopt;
        auto last = i;
        while (kindAt(last + 1) == Kind::Word || kindAt(last + 1) == Kind::Chest || kindAt(last + 1) == Kind::Study)
            ++last;
        const bool named = last > i && !m_phrases[last].isPlace && isSaidDirectly(last);
        return named ? std::optional(PastTime{first - 1, last, false, false}) : std::nullopt;
    }

    /// Whether a finding follows with only its place before it.
    bool isSaidDirectly(std::size_t i) const
    {
        for (++i; i < m_phrases.size(); ++i)
            if (kindAt(i) == Kind::Finding)
                return true;
            else if (!m_phrases[i].isPlace && !isTransparent(kindAt(i))
                && !isOneOf(wordAt(i), {"there was", "there were"}))
                return false;
        return false;
    }

    bool isBoundary(std::size_t i) const
    {
        const auto kind = kindAt(i);
        return kind == Kind::Comma || kind == Kind::But || kind == Kind::Apart || kind == Kind::Heading
            || kind == Kind::Now || (kind == Kind::There && !isOneOf(wordAt(i), {"there was", "there were"}));
    }

    std::size_t beginOf(std::size_t i) const
    {
        while (i > 0 && !isBoundary(i - 1))
            --i;
        return i;
    }

    std::size_t endOf(std::size_t i) const
    {
        while (i < m_phrases.size() && !isBoundary(i))
            ++i;
        return i;
    }

    /// "since last year", "compared with 2019", "over the last month": of now.
    bool isCompared(const PastTime& time) const
    {
        for (auto i = time.first; i-- > beginOf(time.first);) {
            if (isOneOf(wordAt(i),
                    {"since", "than", "to", "from", "with", "over", "within", "during", "for", "as", "seit",
                        "gegenüber"})
                || kindAt(i) == Kind::Compare)
                return true;
            if (kindAt(i) != Kind::Number && kindAt(i) != Kind::Article)
                break;
        }
        const auto before = beginOf(time.first);
        return before > 0 && kindAt(before - 1) == Kind::Now && wordAt(before - 1) == "since";
    }

    /// "..., now increased", "unchanged": what was then is still there.
    bool goesOn(const PastTime& time)
    {
        for (auto i = beginOf(time.first); i < endOf(time.last); ++i) // "not present two weeks ago": new.
            if (!time.heading && (kindAt(i) == Kind::DenyEither || kindAt(i) == Kind::Deny))
                return true;
        for (auto i = beginOf(time.first); i < m_phrases.size(); ++i) {
            const bool says = kindAt(i) == Kind::Persist || kindAt(i) == Kind::Compare;
            const auto begin = beginOf(i), end = endOf(i);
            if (says && (begin == beginOf(time.first) || !hasMention(begin, end)))
                return true;
        }
        return false;
    }

    void mark(std::size_t begin, std::size_t end, Assertion assertion)
    {
        forMentions(begin, end, [&](Draft&, Mention& mention) {
            const auto was = mention.assertion;
            const bool there = was == Assertion::Present || was == Assertion::Possible || was == Assertion::Unclear;
            if (there || (was == Assertion::Questioned && assertion == Assertion::Historical))
                mention.assertion = assertion;
        });
    }

    std::optional<std::size_t> nowBehind(std::size_t i) const
    {
        while (++i < m_phrases.size())
            if (kindAt(i) == Kind::Now)
                return i;
        return std::nullopt;
    }

    void apply(const PastTime& time)
    {
        const auto now = nowBehind(time.last);
        if (time.heading)
            return mark(time.last, now.value_or(m_phrases.size()), Assertion::Historical);
        const auto begin = beginOf(time.first), end = endOf(time.last + 1);
        if (time.treated)
            return mark(time.last, end, now ? Assertion::Historical : Assertion::Unclear);
        const bool before = hasMention(begin, time.first), after = hasMention(time.last, end);
        mark(begin, time.first, saysMore(begin, time.first) ? Assertion::Unclear : Assertion::Historical);
        mark(time.last, end, before || saysMore(begin, time.first) ? Assertion::Unclear : Assertion::Historical);
        const bool place = std::any_of(m_phrases.begin() + std::ptrdiff_t(time.last),
            m_phrases.begin() + std::ptrdiff_t(end), [](const Phrasing& phrase) { return phrase.isPlace; });
        if (!before && !after) // "(2019: left lower lobe)" is read with the places.
            return place ? void() : markLast(begin);
        if (!before && kindAt(end) == Kind::Comma && end < m_phrases.size()) // How far does "then" reach?
            mark(end, nextTurn(end), Assertion::Unclear);
    }

    /// Whether a word that is not known stands before a time and behind the last finding: "developed two weeks ago",
    /// "started antibiotics two days ago for".
    bool saysMore(std::size_t begin, std::size_t time) const
    {
        for (auto i = time; i-- > begin && kindAt(i) != Kind::Finding;)
            if (kindAt(i) == Kind::Word && !isNumber(wordAt(i))
                && !isOneOf(wordAt(i), {"patient", "pt", "患", "者"}))
                return true;
        return false;
    }

    /// ", two years ago": of the finding before.
    void markLast(std::size_t begin)
    {
        const Mention* last = nullptr;
        forMentions(0, begin, [&](Draft&, Mention& mention) { last = &mention; });
        if (last)
            mark(last->phrase, last->phrase + 1, Assertion::Historical);
    }

    std::size_t nextTurn(std::size_t i) const
    {
        while (i < m_phrases.size() && (!isBoundary(i) || kindAt(i) == Kind::Comma))
            ++i;
        return i;
    }
};

} // namespace

void readTimes(SentenceClauses& sentence)
{
    TimeReader(sentence).read();
}

} // namespace annotations
