#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_scopes.h"
#include "annotations/report/sentence_triggers.h"

#include <algorithm>

namespace annotations {

namespace {

class DenialReader : private SentenceScopes
{
public:
    using SentenceScopes::SentenceScopes;

    void denyForward(std::size_t i)
    {
        if (isOneOf(m_phrases[i].word, {"neither", "weder"}) && deniesClear(i))
            return;
        std::vector<Draft*> ambiguous;
        auto end = denialEnd(i, ambiguous);
        for (auto* draft : ambiguous)
            draft->clause.ambiguous = true;
        // "without effusion" says nothing of what is linked behind it.
        bool any = false;
        forMentions(i + 1, end, [&](Draft&, Mention& mention) {
            mention.assertion = Assertion::Denied;
            any = true;
        });
        if (!any && isOneOf(m_phrases[i].word, {"neither", "weder"})) // "Infiltrate in neither lung."
            forMentions(backwardBegin(i), i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        if (!any && endsClause(i) && isDirectlyBehindFinding(i)) // "Infiltrates: none."
            forMentions(backwardBegin(i), i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        else if (!any && endsClause(i) && isOneOf(m_phrases[i].word, {"no", "none", "nil", "nein", "( - )", "-"})
            && hasMention(clauseBegin(i), i)) // "left no, right ?": an answer to a question that is not understood.
            forMentions(clauseBegin(i), i, [](Draft&, Mention& mention) {
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = Assertion::Unclear;
            });
        if (!any && endsClause(i) && i > 0 && (kindAt(i - 1) == Kind::Colon || m_phrases[i].word == "none"))
            markPlacesCleared(i); // "Right: none."
        if (!any && m_phrases[i].value == 0 && kindAt(i + 1) == Kind::Word && !placesBetween(i + 1, end)
            && isOneOf(m_phrases.back().word, {"evidence", "correlate", "sign", "signs", "none"})) {
            // "no supporting evidence"
            forMentions(0, i, [&](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
    }

    void denyEither(std::size_t i)
    {
        if (isEarlier(i) || deniesResolution(i))
            return;
        if (isOfThen(i) || isUnknown(i))
            return leaveOpen(i);
        auto begin = backwardBegin(i);
        const bool colonBehind = kindAt(i + 1) == Kind::Colon;
        if (hasMention(begin, i) && !colonBehind) {
            // "is not an effusion" behind another finding's clause is about what follows.
            const bool forward = m_phrases[i].word == "not" && hasMention(i + 1, clauseEnd(i))
                && kindAt(i + 1) != Kind::Verb && !isJoint(kindAt(i + 1));
            if (forward)
                return denyForward(i);
            if (deniesRelation(i) || isOnOneView(i, begin))
                return;
            if (m_phrases[i].word == "not" && !deniesPresence(i)) // "not confluent"
                return forMentions(begin, i, [](Draft&, Mention& mention) {
                    if (mention.assertion != Assertion::Denied)
                        mention.assertion = Assertion::Unclear;
                });
            begin = predicateBegin(i);
            return forMentions(begin, i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
        denyForward(i);
    }

private:
    /// "not present two weeks ago"
    bool isOfThen(std::size_t i) const
    {
        for (auto at = clauseBegin(i); at < clauseEnd(i); ++at)
            if (kindAt(at) == Kind::History && m_phrases[at].value == 3
                && !hasComma(std::min(at, i), std::max(at, i)))
                return true;
        return false;
    }

    bool hasComma(std::size_t begin, std::size_t end) const
    {
        while (begin < end && kindAt(begin) != Kind::Comma)
            ++begin;
        return begin < end;
    }

    /// "right not assessable": neither denied nor there.
    bool isUnknown(std::size_t i) const
    {
        const auto& next = i + 1 < m_phrases.size() ? m_phrases[i + 1].word : m_phrases[i].word;
        return next.starts_with("assess") || next.starts_with("evaluable") || next.starts_with("beurteil")
            || next.starts_with("determin");
    }

    /// The finding is new where a comma stands between, else what holds today is not said.
    void leaveOpen(std::size_t denial)
    {
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions)
                if (mention.phrase >= clauseBegin(denial) && mention.phrase < denial
                    && (isUnknown(denial) || !hasComma(mention.phrase, denial))
                    && (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible))
                    mention.assertion = Assertion::Unclear;
    }

    /// "neither lung is clear"
    bool deniesClear(std::size_t i) const
    {
        while (++i < m_phrases.size() && kindAt(i) != Kind::Finding && !isTerminator(i))
            if (kindAt(i) == Kind::Clear)
                return true;
        return false;
    }

    /// "neither effusion nor scarring, ...": behind the comma it is over.
    std::size_t pairEnd(std::size_t trigger, std::size_t end) const
    {
        if (!isOneOf(m_phrases[trigger].word, {"neither", "weder"}))
            return end;
        bool second = false;
        for (auto i = trigger; i + 1 < end; ++i) {
            second = second || kindAt(i) == Kind::Or;
            if (second && kindAt(i) == Kind::Comma && kindAt(i + 1) != Kind::Or && kindAt(i + 1) != Kind::And)
                return i;
        }
        return end;
    }

    /// "not fully resolved": it is still there.
    bool deniesResolution(std::size_t i) const
    {
        for (auto next = i + 1; next < i + 4; ++next) {
            if (kindAt(next) == Kind::Resolve)
                return true;
            if (!isTransparent(kindAt(next)))
                return false;
        }
        return false;
    }

    /// How far a negation reaches: up to what begins anew.
    std::size_t denialEnd(std::size_t trigger, std::vector<Draft*>& ambiguous)
    {
        auto end = pairEnd(trigger, clauseEnd(trigger));
        for (auto i = trigger + 1; i + 1 < end; ++i)
            if (kindAt(i) == Kind::Comma
                && (kindAt(i + 1) == Kind::Pronoun || (kindAt(i + 1) == Kind::Now && m_phrases[i + 1].word != "since")))
                end = std::min(end, i); // "Without fever, this is pneumonia."
        for (auto& draft : m_drafts) {
            if (draft.first <= trigger || draft.first >= end || draft.clause.mentions.empty())
                continue;
            const auto joint = jointBefore(draft.first);
            if (!joint || *joint <= trigger)
                continue;
            if (m_phrases[*joint].kind == Kind::Or)
                continue;
            const bool elsewhere = isElsewhere(draft, trigger);
            const bool with = m_phrases[*joint].kind == Kind::With;
            if (with && (m_phrases[*joint - 1].kind == Kind::Comma || !elsewhere))
                return m_phrases[*joint - 1].kind == Kind::Comma ? *joint : end;
            const bool begins = !draft.before.empty() || elsewhere || beginsAnew(draft.first, *joint);
            if (!begins)
                continue;
            if (orBehind(draft.first, end))
                continue;
            const bool afterComma = m_phrases[*joint].kind == Kind::Comma;
            if (draft.topicOnly || (!draft.before.empty() && !with && hasSubject(trigger)) || contrasts(draft, trigger)
                || (elsewhere && (isSeen(draft) || (afterComma && hasSubject(trigger)))))
                return draft.first;
            ambiguous.push_back(&draft);
            return draft.first;
        }
        return end;
    }

    /// "no infiltrate in the left base, opacity is seen in the right base": somewhere else than what is denied.
    bool isElsewhere(const Draft& draft, std::size_t trigger) const
    {
        unsigned denied = 0;
        for (const auto& other : m_drafts)
            if (other.last > trigger && other.first < draft.first)
                denied |= ownZones(other);
        const auto own = ownZones(draft);
        return own != 0 && denied != 0 && (own & denied) == 0;
    }

    /// "opacity is seen"
    bool isSeen(const Draft& draft) const
    {
        for (auto i = draft.clause.mentions.back().phrase + 1; i <= draft.last; ++i)
            if (kindAt(i) == Kind::Verb)
                return true;
        return false;
    }

    /// "Right lung without infiltrate": the denial is of one place, another one begins anew.
    bool hasSubject(std::size_t trigger) const
    {
        for (auto i = trigger; i-- > 0 && !isTerminator(i) && kindAt(i) != Kind::Comma;)
            if (m_phrases[i].isPlace && !m_phrases[i].place.generic)
                return true;
        return false;
    }

    /// "No infiltrate on the left, right basal opacity": what is denied has its own side, and this is the other one.
    bool contrasts(const Draft& draft, std::size_t trigger) const
    {
        int denied = 0, here = 0;
        for (const auto& other : m_drafts)
            if (other.first > trigger && other.first < draft.first)
                for (const auto& place : other.after)
                    denied |= place.side;
        for (const auto& place : draft.before)
            here |= place.assumed ? int(kBothSides) : place.side;
        return denied != kNoSide && here != kNoSide && (denied & here) == 0;
    }

    /// ", a new", ", stable"
    bool beginsAnew(std::size_t first, std::size_t joint) const
    {
        for (auto i = joint + 1; i < first; ++i)
            if (m_phrases[i].kind == Kind::Persist || m_phrases[i].kind == Kind::Number
                || (m_phrases[i].kind == Kind::Article && m_phrases[i].word != "any")
                || isOneOf(m_phrases[i].word, {"mild", "small", "moderate", "minimal", "new", "chronic", "left"}))
                return true;
        return false;
    }

    bool orBehind(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (m_phrases[i].kind == Kind::Or && m_phrases[i].value == 0)
                return true;
        return false;
    }

    /// Whether nothing but words that say nothing stands behind a phrase.
    bool endsClause(std::size_t i) const
    {
        while (++i < m_phrases.size() && !isTerminator(i) && kindAt(i) != Kind::Comma)
            if (!isTransparent(kindAt(i)) || m_phrases[i].isPlace || kindAt(i) == Kind::Word)
                return false;
        return true;
    }

    bool isDirectlyBehindFinding(std::size_t i) const
    {
        while (i-- > 0) {
            const auto kind = kindAt(i);
            if (kind == Kind::Finding)
                return true;
            if (!isTransparent(kind) && kind != Kind::Colon && kind != Kind::Verb)
                return false;
        }
        return false;
    }

    bool placesBetween(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (m_phrases[i].isPlace)
                return true;
        return false;
    }

    /// Whether what "not" is said of is "seen", "present", "there" and the like; false: a word that is not known.
    bool deniesPresence(std::size_t i) const
    {
        if (kindAt(i + 1) != Kind::Word || isOneOf(m_phrases[i + 1].word, {"there", "here"}))
            return true;
        for (auto next = i + 1; next < m_phrases.size() && !isTerminator(next) && !isJoint(kindAt(next)); ++next)
            if (kindAt(next) == Kind::Verb)
                return true;
        return false;
    }

    /// "not obscuring the heart border": the finding is there.
    bool deniesRelation(std::size_t i) const
    {
        if (kindAt(i + 1) != Kind::Preposition)
            return false;
        auto next = i + 2;
        while (next < m_phrases.size() && isTransparent(kindAt(next)) && !m_phrases[next].isPlace)
            ++next;
        return kindAt(next) == Kind::Anatomy;
    }

    /// Whether a denial goes on with "on", "in", "at" and, behind that, a phrase of a kind.
    template <typename Is> bool goesOnWith(std::size_t i, Is is) const
    {
        bool preposition = false;
        for (auto next = i + 1; next < m_phrases.size() && !isTerminator(next) && !isJoint(kindAt(next)); ++next) {
            if (kindAt(next) == Kind::Finding)
                return false;
            if (preposition && is(m_phrases[next]))
                return true;
            preposition = preposition || isOneOf(m_phrases[next].word, {"on", "in", "at", "upon"});
        }
        return false;
    }

    /// "not seen on the prior film": it is new.
    bool isEarlier(std::size_t i) const
    {
        return goesOnWith(i,
                   [](const Phrasing& phrase) {
                       return (phrase.kind == Kind::History && phrase.value == 0)
                           || phrase.word.starts_with("yesterday");
                   })
            || (kindAt(i + 1) == Kind::Verb && i + 2 < m_phrases.size()
                && isOneOf(m_phrases[i + 2].word, {"previously", "earlier", "before"}));
    }

    /// "..., not seen on the lateral view": not to be seen on one view, and only possible. `begin`: where the findings
    /// before begin.
    bool isOnOneView(std::size_t i, std::size_t begin)
    {
        const bool view = goesOnWith(i, [](const Phrasing& phrase) {
            return isOneOf(phrase.word, {"lateral", "frontal", "pa", "ap"}) || phrase.word.starts_with("lateral ");
        });
        if (!view || !isAsserted(i, begin))
            return false;
        forMentions(begin, i, [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present)
                mention.assertion = Assertion::Possible;
        });
        return true;
    }

    /// Whether what stands before says by itself that the finding is there: "an opacity in the left base, which".
    bool isAsserted(std::size_t i, std::size_t begin)
    {
        for (auto before = i; before-- > begin && kindAt(before) != Kind::Finding;)
            if (kindAt(before) == Kind::Comma || isOneOf(m_phrases[before].word, {"which", "that", "though"}))
                return true;
        for (auto before = i; before-- > begin;)
            if (isOneOf(m_phrases[before].word, {"the", "this", "these"}))
                return hasMention(before, i);
        return false;
    }
};

} // namespace

void denyForward(SentenceClauses& sentence, std::size_t phrase)
{
    DenialReader(sentence).denyForward(phrase);
}

void denyEither(SentenceClauses& sentence, std::size_t phrase)
{
    DenialReader(sentence).denyEither(phrase);
}

} // namespace annotations
