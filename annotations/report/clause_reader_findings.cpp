#include "annotations/report/clause_reader.h"
#include "annotations/report/report_tokens.h"

#include <string_view>
#include <utility>

namespace annotations {

/// What joins what begins here with the clause before.
Join ClauseReader::joinHere() const
{
    for (auto i = m_at; i-- > 0;) {
        const auto kind = m_phrases[i].kind;
        if (m_phrases[i].isPlace || kind == Kind::Finding || kind == Kind::But || kind == Kind::There)
            return i + 1 == m_at || kind == Kind::Finding ? Join::Link : Join::Far;
        if (kind == Kind::Deny)
            return Join::Far;
        if (kind == Kind::With)
            return Join::With;
        if (kind == Kind::Link || kind == Kind::Verb || (kind == Kind::Possible && !jointBetween(i, m_at)))
            return Join::Link;
        if (kind == Kind::And || (kind == Kind::Or))
            return Join::Near;
        if (kind == Kind::Comma)
            return linkBehind(i)                                  ? Join::Link
                : i > 0 && m_phrases[i - 1].kind == Kind::Finding ? Join::Near
                                                                  : Join::Far;
    }
    return Join::None;
}

bool ClauseReader::jointBetween(std::size_t begin, std::size_t end) const
{
    for (auto i = begin; i < end; ++i)
        if (isJoint(m_phrases[i].kind))
            return true;
    return false;
}

bool ClauseReader::linkBehind(std::size_t comma) const
{
    for (auto i = comma; i < m_at; ++i)
        if (m_phrases[i].kind == Kind::Link || m_phrases[i].kind == Kind::Possible
            || (m_phrases[i].kind == Kind::With))
            return true;
    return false;
}

/// "infiltrate atelectasis": two nouns of different kinds are two findings.
bool ClauseReader::namesAnother(const Mention& last, const Phrasing& next)
{
    const auto isNoun = [](std::string_view words) {
        const auto word = words.substr(words.find_last_of(' ') + 1);
        return isOneOf(word,
            {"infiltrate", "infiltrates", "opacity", "opacities", "consolidation", "consolidations", "pneumonia",
                "atelectasis", "effusion", "effusions", "density", "densities"});
    };
    return static_cast<int>(last.kind) != next.value && isNoun(last.words) && isNoun(next.word);
}

/// Whether only words that add to a finding stand between the last one and here: "pleural based opacity".
bool ClauseReader::compoundHere() const
{
    const auto& last = m_draft.clause.mentions.back();
    if (namesAnother(last, m_phrases[m_at]))
        return false;
    const bool adjective = isOneOf(last.words,
        {"interstitial", "reticular", "nodular", "calcified", "fibrotic", "atelectatic", "inflammatory",
            "infectious"});
    for (auto i = last.phrase + 1; i < m_at; ++i)
        if (!isOneOf(m_phrases[i].word,
                {"like", "type", "19", "pleural", "parenchymal", "alveolar", "pulmonary", "lung"})
            && !(adjective && (kindAt(i) == Kind::And || kindAt(i) == Kind::Or)))
            return false;
    return true;
}

/// "consolidation, effusion or atelectasis": only joints and words between.
bool ClauseReader::coordinatedHere() const
{
    if (!m_draft.after.empty())
        return false;
    bool joint = false, comma = true;
    const auto last = m_draft.clause.mentions.back().phrase;
    if (last + 1 == m_at)
        return true; // Side by side: see namesAnother.
    for (auto i = last + 1; i < m_at; ++i) {
        joint = joint || isJoint(m_phrases[i].kind);
        comma = comma && (!isJoint(m_phrases[i].kind) || m_phrases[i].kind == Kind::Comma);
        const bool possible = m_phrases[i].kind == Kind::Possible && m_phrases[i].word == "?";
        if (!isTransparent(m_phrases[i].kind) && !isJoint(m_phrases[i].kind) && !possible
            && m_phrases[i].kind != Kind::AreaNoun && m_phrases[i].kind != Kind::Anatomy)
            return false;
    }
    // "left base consolidation, effusion on the right": each has its own place.
    return joint && !(comma && !m_draft.before.empty());
}

void ClauseReader::takeFinding(const Phrasing& phrase)
{
    const auto kind = static_cast<Concept>(phrase.value);
    Mention mention{phrase.word, kind, m_at, phrase.missing ? Assertion::Denied : Assertion::Present, m_at};
    auto& mentions = m_draft.clause.mentions;
    if (hasFinding() && m_draft.after.empty() && !phrase.missing && compoundHere()) {
        auto& last = mentions.back(); // The last word is what it is: "nodular opacity".
        for (auto i = last.phrase + 1; i <= m_at; ++i)
            last.words += ' ' + m_phrases[i].word;
        last.kind = compoundOf(last.kind, kind);
        last.phrase = m_at;
    } else if (hasFinding() && coordinatedHere()) {
        mentions.push_back(std::move(mention));
    } else {
        if (hasFinding() || m_draft.clause.clear || !m_draft.open)
            startFinding();
        m_draft.clause.mentions.push_back(std::move(mention));
    }
    openAt(m_at);
}

void ClauseReader::startFinding()
{
    const auto join = joinHere();
    close();
    m_draft = {};
    m_draft.join = join;
    openAt(m_at);
}

} // namespace annotations
