#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_scopes.h"
#include "annotations/report/sentence_triggers.h"

#include <algorithm>

namespace annotations {

namespace {

class AssertionReader : private SentenceScopes
{
public:
    using SentenceScopes::SentenceScopes;

    void read()
    {
        sharePlacesBackwards();
        markPossibleAlternatives();
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            applyTrigger(i);
        readYears(m_sentence);
        readTimes(m_sentence);
        readCauses(m_sentence);
        for (auto& draft : m_drafts)
            draft.clause.otherwise = draft.clause.otherwise || (m_sentence.apart && draft.clause.clear);
    }

private:
    /// "opacities, likely scarring, in the left base": the opacities are there too.
    void sharePlacesBackwards()
    {
        for (auto i = m_drafts.size(); i-- > 1;) {
            const auto& behind = m_drafts[i];
            auto& before = m_drafts[i - 1].clause;
            if (behind.join == Join::Link && before.places.empty() && !before.mentions.empty() && behind.before.empty())
                before.places = behind.clause.places;
        }
    }

    static bool holds(const std::vector<std::size_t>& phrases, std::size_t one)
    {
        return std::find(phrases.begin(), phrases.end(), one) != phrases.end();
    }

    /// "atelectasis or consolidation" of what is there: one of them.
    void markPossibleAlternatives()
    {
        for (auto& draft : m_drafts) {
            auto& mentions = draft.clause.mentions;
            for (std::size_t i = 1; i < mentions.size(); ++i)
                for (auto at = mentions[i - 1].phrase; at < mentions[i].phrase; ++at)
                    if (kindAt(at) == Kind::Or && m_phrases[at].value != 1)
                        mentions[i].assertion = mentions[i - 1].assertion = Assertion::Possible;
        }
    }

    void applyTrigger(std::size_t i)
    {
        if (holds(m_sentence.consumed, i))
            return;
        switch (m_phrases[i].kind) {
        case Kind::Deny:
            return denyForward(m_sentence, i);
        case Kind::DenyEither:
            return denyEither(m_sentence, i);
        case Kind::Possible:
            return possible(i);
        case Kind::There:
            return m_phrases[i].value == 1 ? possible(i) : void();
        case Kind::History:
            return historical(m_sentence, i);
        case Kind::Resolve:
            return resolve(m_sentence, i);
        case Kind::Clear:
            return holds(m_sentence.clearOf, i) ? denyForward(m_sentence, i) : clearedFinding(m_sentence, i);
        case Kind::Question:
            return question(i);
        default:
            return;
        }
    }

    void possible(std::size_t i)
    {
        const auto mark = [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present)
                mention.assertion = Assertion::Possible;
        };
        auto end = clauseEnd(i);
        for (auto& draft : m_drafts) // Up to the next clause that is joined loosely.
            if (draft.first > i + 1 && draft.first < end && !draft.clause.mentions.empty()
                && (draft.join == Join::Far || draft.join == Join::With) && hasMention(i + 1, draft.first))
                end = std::min(end, draft.first);
        const bool backwards = m_phrases[i].word.ends_with("excluded") || m_phrases[i].word.ends_with("ruled out");
        if (!backwards && hasMention(i + 1, end))
            return forMentions(i + 1, end, mark);
        const auto begin = backwardBegin(i);
        // "cannot be excluded" is said of the last finding, not of all before a full clause.
        std::size_t last = begin;
        for (const auto& draft : m_drafts)
            if (draft.first >= begin && draft.first < i && !draft.clause.mentions.empty())
                last = draft.first;
        forMentions(std::min(last, i), i, mark);
    }

    void question(std::size_t i)
    {
        if (m_phrases[i].word.ends_with("exclude"))
            for (auto before = i; before-- > 0 && before + 4 > i;)
                if (isOneOf(m_phrases[before].word, {"difficult", "hard", "unable", "not", "impossible"})
                    || kindAt(before) == Kind::Possible)
                    return possible(i);
        forMentions(i + 1, clauseEnd(i), [](Draft&, Mention& mention) {
            if (mention.assertion != Assertion::Denied)
                mention.assertion = Assertion::Questioned;
        });
    }
};

} // namespace

void assertFindings(SentenceClauses& sentence)
{
    AssertionReader(sentence).read();
}

} // namespace annotations
