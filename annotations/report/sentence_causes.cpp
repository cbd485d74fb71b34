#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_scopes.h"
#include "annotations/report/sentence_triggers.h"

#include <algorithm>

namespace annotations {

namespace {

class CauseReader : private SentenceScopes
{
public:
    using SentenceScopes::SentenceScopes;

    /// "The densities are nipple shadows": what is only taken for a finding is none, where it may be one it is asked.
    void readArtefacts()
    {
        for (std::size_t i = 1; i < m_drafts.size(); ++i) {
            const auto& draft = m_drafts[i];
            const auto& mentions = draft.clause.mentions;
            const bool explains = !mentions.empty() && explainsLast(i)
                && std::all_of(mentions.begin(), mentions.end(),
                    [](const Mention& mention) { return mention.kind == Concept::Artefact; });
            if (!explains || mentions.front().assertion == Assertion::Denied)
                continue;
            const auto assertion =
                mentions.front().assertion == Assertion::Present ? Assertion::Denied : Assertion::Unclear;
            for (auto& mention : m_drafts[i - 1].clause.mentions)
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = assertion;
        }
    }

    /// "The opacity is atelectasis rather than pneumonia", "not typical of pneumonia": whether it is what a package of
    /// infections knows is asked.
    void readOtherExplanations()
    {
        for (std::size_t i = 0; i + 1 < m_drafts.size(); ++i) {
            auto& first = m_drafts[i].clause.mentions;
            const auto& next = m_drafts[i + 1];
            if (first.empty() || next.join != Join::Link || next.clause.mentions.empty())
                continue;
            const auto kind = first.front().kind;
            const auto& explanation = next.clause.mentions.front();
            const bool other = explanation.kind != kind && explanation.assertion != Assertion::Denied
                && i + 2 < m_drafts.size() && deniesCause(m_drafts[i + 2], kind);
            if (!other && !deniesCause(next, kind))
                continue;
            for (auto& mention : first)
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = Assertion::Unclear;
        }
    }

    void readPersons()
    {
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            if (m_phrases[i].kind == Kind::Person)
                forMentions(clauseBegin(i), personEnd(i),
                    [](Draft&, Mention& mention) { mention.assertion = Assertion::OtherPerson; });
    }

private:
    /// "[densities] represent", "may represent fat or"
    bool explainsLast(std::size_t draft) const
    {
        if (m_drafts[draft].join == Join::Link)
            return true;
        bool either = false;
        for (auto i = m_drafts[draft].clause.mentions.front().phrase; i-- > 0 && kindAt(i) != Kind::Finding;) {
            if (kindAt(i) == Kind::Link || kindAt(i) == Kind::Possible)
                return either;
            either = either || kindAt(i) == Kind::Or;
        }
        return false;
    }

    /// Whether "pneumonia" is denied there, without a place of its own; "no opacity" says nothing of a cause.
    static bool deniesCause(const Draft& draft, Concept kind)
    {
        if (draft.clause.mentions.empty() || !draft.before.empty() || !draft.after.empty())
            return false;
        const auto& mention = draft.clause.mentions.front();
        const auto names = [&](const char* word) { return mention.words.find(word) != std::string::npos; };
        return mention.kind == kind && mention.assertion == Assertion::Denied
            && (names("pneumon") || names("infect") || names("pna"));
    }

    /// What is said of the other person ends where the patient is named or a clause with a place of its own begins.
    std::size_t personEnd(std::size_t person) const
    {
        auto end = clauseEnd(person);
        for (auto i = person + 1; i < end; ++i)
            if (m_phrases[i].word.starts_with("patient")
                || (isOneOf(m_phrases[i].word, {"he", "she"}) && (isJoint(kindAt(i - 1)))))
                end = i;
        for (const auto& draft : m_drafts)
            if (draft.first > person && draft.first < end && draft.join == Join::Far
                && (!draft.before.empty() || !draft.after.empty()))
                end = draft.first;
        return end;
    }
};

} // namespace

void readCauses(SentenceClauses& sentence)
{
    CauseReader reader(sentence);
    reader.readArtefacts();
    reader.readOtherExplanations();
    reader.readPersons();
}

} // namespace annotations
