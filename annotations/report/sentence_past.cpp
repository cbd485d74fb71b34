#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_scopes.h"
#include "annotations/report/sentence_triggers.h"

#include <algorithm>

namespace annotations {

namespace {

class PastReader : private SentenceScopes
{
public:
    using SentenceScopes::SentenceScopes;

    void historical(std::size_t i)
    {
        if (m_phrases[i].value >= 3)
            return; // See readTimes.
        if (m_phrases[i].value == 1)
            return historicalBefore(i);
        if (comparesStudies(i))
            return isOnStudy(i) ? longAgo(i) : void();
        const bool explains = i > 0 && m_phrases[i - 1].kind == Kind::Link; // "related to old infection, stable"
        const bool wide = explains || m_phrases[i].word.ends_with(" of") || m_phrases[i].word.starts_with("h /")
            || m_phrases[i].word.starts_with("s /") || m_phrases[i].word.ends_with("post");
        auto end = clauseEnd(i);
        for (auto now = end; --now > i;)
            if (kindAt(now) == Kind::Now && isJoint(kindAt(now - 1)) && m_phrases[now].word != "since")
                end = now; // "no opacity previously, now ..."
        bool done = false;
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions) {
                if (mention.phrase <= i || mention.phrase >= end || (done && !wide))
                    continue;
                done = true;
                if (mention.assertion != Assertion::Denied && (!persistsAround(draft) || wide))
                    mention.assertion = Assertion::Historical;
            }
    }

    /// "in 2019"
    void readYears()
    {
        for (std::size_t i = 1; i < m_phrases.size(); ++i) {
            const auto& word = m_phrases[i].word;
            if (isYear(word) && m_phrases[i - 1].word == "in")
                longAgo(i);
        }
    }

    void resolve(std::size_t i)
    {
        // "partial clearing", "not yet resolved"
        for (auto before = i; before-- > 0 && before + 4 > i;) {
            if ((m_phrases[before].kind == Kind::Persist && m_phrases[before].value == 1)
                || m_phrases[before].kind == Kind::DenyEither)
                return;
            if (!isTransparent(m_phrases[before].kind) && m_phrases[before].kind != Kind::Verb)
                break;
        }
        if (isHopedFor(i))
            return forMentions(i + 1, clauseEnd(i), [](Draft&, Mention& mention) {
                if (mention.assertion != Assertion::Denied)
                    mention.assertion = Assertion::Questioned;
            });
        const auto mark = [](Draft&, Mention& mention) {
            if (mention.assertion != Assertion::Denied)
                mention.assertion = Assertion::Resolved;
        };
        const bool next = i + 1 < m_phrases.size() && m_phrases[i + 1].word == "of";
        const bool of = next || m_phrases[i].word.ends_with(" of");
        if (!of && hasMention(backwardBegin(i), i))
            return forMentions(predicateBegin(i), i, mark);
        auto end = clauseEnd(i);
        for (auto& draft : m_drafts)
            if (draft.first > i && draft.first < end && (draft.join == Join::Far || draft.join == Join::With)
                && hasMention(i + 1, draft.first))
                end = std::min(end, draft.first);
        if (hasMention(i + 1, end))
            return forMentions(i + 1, end, mark);
        markPlacesCleared(i);
    }

    /// "Consolidation ... is clear", "now clear"
    void clearedFinding(std::size_t i)
    {
        for (const auto& draft : m_drafts)
            if (draft.clause.clear && draft.first <= i && draft.last >= i)
                return;
        const auto begin = backwardBegin(i);
        if (const auto clause = clauseBegin(i); clause > 0 && kindAt(clause - 1) == Kind::Apart)
            return; // "the lung, apart from an infiltrate, is clear"
        bool predicate = false;
        for (auto before = i; before-- > begin && !predicate && before + 4 > i;)
            predicate = m_phrases[before].kind == Kind::Verb || m_phrases[before].kind == Kind::Now;
        if (!predicate || m_phrases[i].word != "clear")
            return;
        forMentions(begin, i, [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Historical)
                mention.assertion = Assertion::Resolved;
        });
    }

private:
    bool persistsAround(const Draft& draft) const
    {
        const auto end = clauseEnd(draft.last);
        for (auto i = clauseBegin(draft.first); i < end; ++i)
            if (m_phrases[i].kind == Kind::Persist)
                return true;
        return false;
    }

    /// "prior exam", "since prior": a comparison and no earlier finding.
    bool comparesStudies(std::size_t i) const
    {
        const bool noun = isOneOf(m_phrases[i].word, {"history", "hx"}) || findingFollows(i);
        if (i > 0 && !noun
            && (isOneOf(m_phrases[i - 1].word, {"since", "than", "to", "from", "with", "as", "on", "in", "and"})
                || m_phrases[i - 1].value == 2))
            return true;
        if (i > 1 && !noun && m_phrases[i - 1].kind == Kind::Article
            && isOneOf(m_phrases[i - 2].word, {"since", "than", "to", "from", "with", "on", "in"}))
            return true;
        const auto& next = i + 1 < m_phrases.size() ? m_phrases[i + 1].word : m_phrases[i].word;
        return kindAt(i + 1) == Kind::Chest || namesStudy(next)
            || (kindAt(i + 1) == Kind::Word && i + 2 < m_phrases.size() && namesStudy(m_phrases[i + 2].word));
    }

    static bool namesStudy(std::string_view word)
    {
        return isOneOf(word,
            {"exam", "exams", "study", "studies", "film", "films", "radiograph", "radiographs", "ct", "x", "scan",
                "image", "images", "imaging", "examination", "examinations", "comparison", "report", "date"});
    }

    /// "prior granulomatous infection": nothing but words between.
    bool findingFollows(std::size_t i) const
    {
        while (kindAt(++i) == Kind::Word)
            if (namesStudy(m_phrases[i].word))
                return false;
        return kindAt(i) == Kind::Finding;
    }

    /// "was consolidated on an earlier scan", "had pneumonia in 2019": then, and nothing of now.
    void longAgo(std::size_t i)
    {
        bool then = false;
        for (auto at = clauseBegin(i); at < clauseEnd(i); ++at) {
            const auto& word = m_phrases[at].word;
            if (kindAt(at) == Kind::Persist || kindAt(at) == Kind::Now || kindAt(at) == Kind::There
                || isOneOf(word, {"is", "are", "also", "not", "no", "new", "which", "that"}))
                return;
            then = then || isOneOf(word, {"was", "were", "had", "showed"});
        }
        if (then)
            forMentions(clauseBegin(i), clauseEnd(i), [](Draft&, Mention& mention) {
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = Assertion::Historical;
            });
    }

    /// "on [an] outside earlier [scan]"
    bool isOnStudy(std::size_t i) const
    {
        for (auto before = i; before-- > 0 && before + 3 >= i;)
            if (isOneOf(m_phrases[before].word, {"on", "in", "at"}))
                return true;
        return false;
    }

    /// "pneumonia in childhood", "tuberculosis in the past": what stands before it.
    void historicalBefore(std::size_t i)
    {
        const auto next = kindAt(i + 1);
        if (i + 1 < m_phrases.size() && !isTerminator(i + 1) && !isJoint(next) && next != Kind::Verb)
            return; // "in the past two weeks"
        const Draft* nearest = nullptr;
        for (const auto& draft : m_drafts)
            if (draft.first < i && !draft.clause.mentions.empty())
                nearest = &draft;
        if (nearest && nearest->first >= clauseBegin(i) && !persistsAround(*nearest))
            forMentions(nearest->first, i, [](Draft&, Mention& mention) {
                if (mention.assertion != Assertion::Denied)
                    mention.assertion = Assertion::Historical;
            });
    }

    /// "to document resolution", "follow up until cleared": what is still to come.
    bool isHopedFor(std::size_t i) const
    {
        for (auto before = i; before-- > 0 && before + 5 > i && !isTerminator(before);) {
            if (isOneOf(m_phrases[before].word, {"document", "confirm", "ensure", "verify", "allow", "until", "await"})
                || m_phrases[before].word.starts_with("assess"))
                return true;
            if (!isTransparent(kindAt(before)) && kindAt(before) != Kind::Preposition && kindAt(before) != Kind::And)
                break;
        }
        if (i == 0 || m_phrases[i - 1].word != "to")
            return false;
        for (auto before = i; before-- > 0 && !isTerminator(before);)
            if (kindAt(before) == Kind::Question)
                return true;
        return false;
    }
};

} // namespace

void historical(SentenceClauses& sentence, std::size_t phrase)
{
    PastReader(sentence).historical(phrase);
}

void resolve(SentenceClauses& sentence, std::size_t phrase)
{
    PastReader(sentence).resolve(phrase);
}

void clearedFinding(SentenceClauses& sentence, std::size_t phrase)
{
    PastReader(sentence).clearedFinding(phrase);
}

void readYears(SentenceClauses& sentence)
{
    PastReader(sentence).readYears();
}

} // namespace annotations
