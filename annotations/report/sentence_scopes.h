#pragma once

#include "annotations/report/sentence_clauses.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace annotations {

/// How far what a phrase of a sentence says reaches: the scopes and terminators of ConText (Harkema et al., J Biomed
/// Inform 42, 2009). For the readers of assertions; keeps no copy of the sentence.
class SentenceScopes
{
public:
    explicit SentenceScopes(SentenceClauses& sentence)
        : m_sentence(sentence)
        , m_phrases(sentence.phrases)
        , m_drafts(sentence.drafts)
    {
    }

protected:
    Kind kindAt(std::size_t i) const { return i < m_phrases.size() ? m_phrases[i].kind : Kind::But; }

    template <typename Do> void forMentions(std::size_t begin, std::size_t end, Do act)
    {
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions)
                if (mention.phrase >= begin && mention.phrase < end)
                    act(draft, mention);
    }

    bool hasMention(std::size_t begin, std::size_t end);

    /// Where the clause around a phrase begins: behind the last terminator.
    std::size_t clauseBegin(std::size_t phrase) const;

    bool isTerminator(std::size_t i) const;

    std::size_t clauseEnd(std::size_t phrase) const;

    /// The places that a draft names itself, as bits of the six zones; 0: none.
    static unsigned ownZones(const Draft& draft);

    /// The joint in front of a clause, over words.
    std::optional<std::size_t> jointBefore(std::size_t phrase) const;

    /// The first phrase of the findings that a trigger behind them is about.
    std::size_t backwardBegin(std::size_t trigger) const;

    /// As backwardBegin; "has resolved" behind two findings at two places is said of the last one. Whether it is said
    /// of both is not clear where "and" joins them.
    std::size_t predicateBegin(std::size_t trigger);

    bool saysVerb(std::size_t trigger, std::initializer_list<std::string_view> verbs) const;

    /// "The LLL has cleared."
    void markPlacesCleared(std::size_t i);

    SentenceClauses& m_sentence;
    const std::vector<Phrasing>& m_phrases;
    std::vector<Draft>& m_drafts;
};

} // namespace annotations
