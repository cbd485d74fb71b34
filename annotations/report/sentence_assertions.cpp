#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_clauses.h"

#include <algorithm>
#include <optional>

namespace annotations {

namespace {

class AssertionReader
{
public:
    explicit AssertionReader(SentenceClauses& sentence)
        : m_sentence(sentence)
        , m_phrases(sentence.phrases)
        , m_drafts(sentence.drafts)
    {
    }

    void read()
    {
        sharePlacesBackwards();
        markPossibleAlternatives();
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            applyTrigger(i);
        readPersons();
        for (auto& draft : m_drafts)
            draft.clause.otherwise = draft.clause.otherwise || (m_sentence.apart && draft.clause.clear);
    }

private:
    Kind kindAt(std::size_t i) const
    {
        return i < m_phrases.size() ? m_phrases[i].kind : Kind::But;
    }

    /// "opacities, likely scarring, in the left base": the opacities are there too.
    void sharePlacesBackwards()
    {
        for (auto i = m_drafts.size(); i-- > 1;) {
            const auto& behind = m_drafts[i];
            auto& before = m_drafts[i - 1].clause;
            if (behind.join == Join::Link && before.places.empty() && !before.mentions.empty()
                && behind.before.empty())
                before.places = behind.clause.places;
        }
    }

    static bool holds(const std::vector<std::size_t>& phrases, std::size_t one)
    {
        return std::find(phrases.begin(), phrases.end(), one) != phrases.end();
    }

    template <typename Do> void forMentions(std::size_t begin, std::size_t end, Do act)
    {
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions)
                if (mention.phrase >= begin && mention.phrase < end)
                    act(draft, mention);
    }

    bool hasMention(std::size_t begin, std::size_t end)
    {
        bool any = false;
        forMentions(begin, end, [&](Draft&, Mention&) { any = true; });
        return any;
    }

    /// Where the clause around a phrase begins: behind the last terminator.
    std::size_t clauseBegin(std::size_t phrase) const
    {
        for (auto i = phrase; i-- > 0;)
            if (isTerminator(i))
                return i + 1;
        return 0;
    }

    bool isTerminator(std::size_t i) const
    {
        const auto kind = kindAt(i);
        if (kind == Kind::But || kind == Kind::Apart || kind == Kind::Heading)
            return true;
        return kind == Kind::There && i > 0;
    }

    std::size_t clauseEnd(std::size_t phrase) const
    {
        for (auto i = phrase + 1; i < m_phrases.size(); ++i)
            if (isTerminator(i))
                return i;
        return m_phrases.size();
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
            return denyForward(i);
        case Kind::DenyEither:
            return denyEither(i);
        case Kind::Possible:
            return possible(i);
        case Kind::History:
            return historical(i);
        case Kind::Resolve:
            return resolve(i);
        case Kind::Clear:
            return holds(m_sentence.clearOf, i) ? denyForward(i) : clearedFinding(i);
        case Kind::Question:
            return question(i);
        default:
            return;
        }
    }

    /// How far a negation reaches: up to what begins anew.
    std::size_t denialEnd(std::size_t trigger, std::vector<Draft*>& ambiguous)
    {
        const auto end = clauseEnd(trigger);
        for (auto& draft : m_drafts) {
            if (draft.first <= trigger || draft.first >= end || draft.clause.mentions.empty())
                continue;
            const auto joint = jointBefore(draft.first);
            if (!joint || *joint <= trigger)
                continue;
            if (m_phrases[*joint].kind == Kind::Or)
                continue;
            if (m_phrases[*joint].kind == Kind::With)
                return m_phrases[*joint - 1].kind == Kind::Comma ? *joint : end;
            const bool begins = !draft.before.empty() || beginsAnew(draft.first, *joint);
            if (!begins)
                continue;
            if (orBehind(draft.first, end))
                continue;
            if (draft.topicOnly || (!draft.before.empty() && hasSubject(trigger)))
                return draft.first;
            ambiguous.push_back(&draft);
            return draft.first;
        }
        return end;
    }

    /// "Right lung without infiltrate": the denial is of one place, another one begins anew.
    bool hasSubject(std::size_t trigger) const
    {
        for (auto i = trigger; i-- > 0 && !isTerminator(i) && kindAt(i) != Kind::Comma;)
            if (m_phrases[i].isPlace && !m_phrases[i].place.generic)
                return true;
        return false;
    }

    /// The joint in front of a clause, over words.
    std::optional<std::size_t> jointBefore(std::size_t phrase) const
    {
        for (auto i = phrase; i-- > 0;) {
            const auto kind = m_phrases[i].kind;
            if (isJoint(kind) || kind == Kind::With)
                return i;
            if (!isTransparent(kind) && kind != Kind::AreaNoun && kind != Kind::Preposition && kind != Kind::Possible)
                return std::nullopt;
        }
        return std::nullopt;
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

    void denyForward(std::size_t i)
    {
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
        if (!any && m_phrases[i].value == 0 && kindAt(i + 1) == Kind::Word && !placesBetween(i + 1, end)
            && isOneOf(m_phrases.back().word, {"evidence", "correlate", "sign", "signs", "none"})) {
            // "no supporting evidence"
            forMentions(0, i, [&](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
    }

    bool placesBetween(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (m_phrases[i].isPlace)
                return true;
        return false;
    }

    /// The first phrase of the findings that a trigger behind them is about.
    std::size_t backwardBegin(std::size_t trigger) const
    {
        auto begin = clauseBegin(trigger);
        bool finding = false;
        for (auto i = trigger; i-- > begin;) {
            const auto kind = m_phrases[i].kind;
            if (kind == Kind::Finding)
                finding = true;
            const bool otherPredicate = finding
                && (kind == Kind::Verb || kind == Kind::Deny || kind == Kind::Persist || kind == Kind::With
                    || kind == Kind::DenyEither || kind == Kind::Clear || kind == Kind::Resolve);
            if (otherPredicate)
                return i + 1;
        }
        return begin;
    }

    void denyEither(std::size_t i)
    {
        const auto begin = backwardBegin(i);
        const bool colonBehind = kindAt(i + 1) == Kind::Colon;
        if (hasMention(begin, i) && !colonBehind) {
            // "is not an effusion" behind another finding's clause is about what follows.
            const bool forward = m_phrases[i].word == "not" && hasMention(i + 1, clauseEnd(i))
                && kindAt(i + 1) != Kind::Verb && !isJoint(kindAt(i + 1));
            if (forward)
                return denyForward(i);
            return forMentions(begin, i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
        denyForward(i);
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
        const bool noun = isOneOf(m_phrases[i].word, {"history", "hx"});
        if (i > 0 && !noun
            && isOneOf(m_phrases[i - 1].word, {"since", "than", "to", "from", "with", "as", "on", "in", "and"}))
            return true;
        if (i > 1 && !noun && m_phrases[i - 1].kind == Kind::Article
            && isOneOf(m_phrases[i - 2].word, {"since", "than", "to", "from", "with", "on", "in"}))
            return true;
        const auto& next = i + 1 < m_phrases.size() ? m_phrases[i + 1].word : m_phrases[i].word;
        return kindAt(i + 1) == Kind::Chest
            || isOneOf(next,
                {"exam", "exams", "study", "studies", "film", "films", "radiograph", "radiographs", "ct", "x", "scan",
                    "image", "images", "imaging", "examination", "examinations", "comparison", "report", "date"});
    }

    void historical(std::size_t i)
    {
        if (comparesStudies(i))
            return;
        const bool wide = m_phrases[i].word.ends_with(" of") || m_phrases[i].word.starts_with("h /")
            || m_phrases[i].word.starts_with("s /") || m_phrases[i].word.ends_with("post");
        const auto end = clauseEnd(i);
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

    void resolve(std::size_t i)
    {
        // "partial clearing", "not yet resolved"
        for (auto before = i; before-- > 0 && before + 4 > i;) {
            if (m_phrases[before].kind == Kind::Persist && m_phrases[before].value == 1)
                return;
            if (!isTransparent(m_phrases[before].kind) && m_phrases[before].kind != Kind::Verb)
                break;
        }
        const auto mark = [](Draft&, Mention& mention) {
            if (mention.assertion != Assertion::Denied)
                mention.assertion = Assertion::Resolved;
        };
        const bool next = i + 1 < m_phrases.size() && m_phrases[i + 1].word == "of";
        const bool of = next || m_phrases[i].word.ends_with(" of");
        const auto begin = backwardBegin(i);
        if (!of && hasMention(begin, i))
            return forMentions(begin, i, mark);
        auto end = clauseEnd(i);
        for (auto& draft : m_drafts)
            if (draft.first > i && draft.first < end && (draft.join == Join::Far || draft.join == Join::With)
                && hasMention(i + 1, draft.first))
                end = std::min(end, draft.first);
        if (hasMention(i + 1, end))
            return forMentions(i + 1, end, mark);
        markPlacesCleared(i);
    }

    /// "The LLL has cleared."
    void markPlacesCleared(std::size_t i)
    {
        for (auto& draft : m_drafts)
            if (draft.clause.mentions.empty() && draft.last < i && draft.last + 6 > i)
                draft.clause.clear = true;
    }

    /// "Consolidation ... is clear", "now clear"
    void clearedFinding(std::size_t i)
    {
        for (const auto& draft : m_drafts)
            if (draft.clause.clear && draft.first <= i && draft.last >= i)
                return;
        const auto begin = backwardBegin(i);
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

    void readPersons()
    {
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            if (m_phrases[i].kind == Kind::Person)
                forMentions(clauseBegin(i), clauseEnd(i),
                    [](Draft&, Mention& mention) { mention.assertion = Assertion::OtherPerson; });
    }

    SentenceClauses& m_sentence;
    const std::vector<Phrasing>& m_phrases;
    std::vector<Draft>& m_drafts;
};

} // namespace

void assertFindings(SentenceClauses& sentence)
{
    AssertionReader(sentence).read();
}

} // namespace annotations
