#include "annotations/report/sentence_clauses.h"

#include "annotations/report/clause_reader.h"
#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <utility>

namespace annotations {

/// "infected area" is a finding, of which more can be said than its number ("no infected area on the left"), where it does
/// not count what was named before it ("pulmonary infection, two infected areas").
void ClauseReader::nameInfectedAreas()
{
    bool named = false, asserted = false;
    for (auto& phrase : m_phrases) {
        if (phrase.kind == Kind::AreaNoun && phrase.word.starts_with("infected") && (!named || asserted)) {
            phrase.kind = Kind::Finding;
            phrase.value = static_cast<int>(Concept::Infection);
            phrase.word = "infection";
        }
        named = named || phrase.kind == Kind::Finding;
        asserted = asserted || phrase.kind == Kind::Deny || phrase.kind == Kind::DenyEither
            || phrase.kind == Kind::Resolve || phrase.kind == Kind::History;
    }
}

/// "no patches on the left", "kein Herd links": areas of nothing that is named, denied.
bool ClauseReader::isDeniedArea() const
{
    const auto begin = m_drafts.empty() ? 0 : m_drafts.back().last + 1;
    for (auto i = begin; i <= m_draft.last; ++i) {
        if (kindAt(i) != Kind::AreaNoun)
            continue;
        auto before = i;
        while (before > begin && isTransparent(kindAt(before - 1)))
            --before;
        if (before > begin && kindAt(before - 1) == Kind::Deny)
            return true;
    }
    return false;
}

SentenceClauses ClauseReader::read()
{
    nameInfectedAreas();
    for (m_at = 0; m_at < m_phrases.size(); ++m_at)
        take(m_phrases[m_at]);
    close();
    return {std::move(m_phrases), std::move(m_drafts), std::move(m_clearOf), std::move(m_consumed), m_apart};
}

void ClauseReader::start(Join join)
{
    const bool carries = m_draft.open && m_draft.clause.mentions.empty() && !m_draft.clause.clear;
    if (!carries) {
        close();
        m_draft = {};
        m_draft.join = join;
    }
    openAt(m_at);
}

void ClauseReader::openAt(std::size_t phrase)
{
    if (!m_draft.open) {
        m_draft.open = true;
        m_draft.first = phrase;
        m_draft.clause.begin = m_phrases[phrase].begin;
    }
    m_draft.last = phrase;
    m_draft.clause.end = std::max(m_draft.clause.end, m_phrases[phrase].end);
}

void ClauseReader::take(const Phrasing& phrase)
{
    if (phrase.isPlace)
        return takePlace(phrase);
    switch (phrase.kind) {
    case Kind::Finding:
        return takeFinding(phrase);
    case Kind::Apart:
        return takeApart();
    case Kind::But:
    case Kind::There:
        if (phrase.kind != Kind::There || hasFinding() || m_draft.clause.clear)
            close();
        m_excepting = false;
        return;
    case Kind::Clear:
        return takeClear(phrase);
    case Kind::Except:
        if (exceptsFinding())
            return takeApart();
        m_excepting = true;
        return;
    case Kind::Otherwise:
        m_otherwise = true;
        return;
    case Kind::Emphasis:
        m_emphasis = true;
        return;
    case Kind::Compare:
        m_emphasis = m_emphasis || phrase.value == 0;
        return;
    case Kind::Extent:
        m_draft.clause.extent = static_cast<Extent>(phrase.value);
        return;
    case Kind::Number:
        return takeNumber(phrase);
    case Kind::Chest:
        m_chest = m_at;
        return;
    case Kind::Anatomy:
        return takeAnatomy(phrase);
    case Kind::Comma:
    case Kind::Colon:
        m_emphasis = false;
        return;
    case Kind::Word:
        if (m_draft.open && !hasFinding())
            m_draft.clause.unknownWords = true;
        return;
    default:
        return;
    }
}

/// "clear except for [an infiltrate in the apex]": a finding that is there, not a place that is spared.
bool ClauseReader::exceptsFinding() const
{
    for (auto i = m_at + 1; i < m_phrases.size(); ++i) {
        if (kindAt(i) == Kind::Finding)
            return true;
        if (!m_phrases[i].isPlace && !isTransparent(kindAt(i)) && kindAt(i) != Kind::Preposition)
            return false;
    }
    return false;
}

/// What is said of the places before is said of their rest.
void ClauseReader::takeApart()
{
    m_phrases[m_at].kind = Kind::Apart;
    if (m_draft.open && !hasFinding() && !m_draft.before.empty())
        m_draft.clause.clear = true;
    close();
    m_excepting = false;
    m_apart = true;
}

void ClauseReader::takeNumber(const Phrasing& phrase)
{
    if (m_draft.clause.areas > 0 || (m_at > 0 && m_phrases[m_at - 1].word.starts_with("covid")))
        return;
    if (phrase.word.starts_with('x')) {
        m_draft.clause.areas = phrase.value;
        return;
    }
    for (auto i = m_at + 1; i < m_phrases.size() && i < m_at + 6; ++i) {
        const auto& next = m_phrases[i];
        if (next.kind == Kind::AreaNoun || next.kind == Kind::Finding) {
            if (hasFinding() && next.kind == Kind::Finding)
                startFinding();
            else if (!m_draft.open)
                start(joinHere());
            m_draft.clause.areas = phrase.value;
            return;
        }
        if (isOneOf(next.word, {"cm", "mm", "ml", "x", "day", "days", "week", "weeks", "th", "view", "views"})
            || (!isTransparent(next.kind) && !next.isPlace))
            return;
    }
}

void ClauseReader::takeAnatomy(const Phrasing& phrase)
{
    auto before = m_at;
    while (before > 0 && (isTransparent(kindAt(before - 1))))
        --before;
    const bool told = before > 0 && kindAt(before - 1) == Kind::Preposition;
    if (hasFinding() && told && phrase.place.side != kNoSide && m_draft.after.empty() && m_draft.before.empty())
        m_draft.after.push_back(phrase.place);
    else if (phrase.value == 1 && phrase.place.side != kNoSide && isBeforeFinding(m_at))
        return takeBesideLung(phrase.place);
    else if (m_draft.open && !hasFinding())
        m_draft.clause.unknownWords = true;
    m_anatomy = m_at;
}

bool ClauseReader::isBeforeFinding(std::size_t phrase) const
{
    while (kindAt(phrase + 1) == Kind::Word || kindAt(phrase + 1) == Kind::Anatomy)
        ++phrase;
    return kindAt(phrase + 1) == Kind::Finding;
}

/// "left costophrenic opacity"
void ClauseReader::takeBesideLung(const Place& place)
{
    if (hasFinding() || m_draft.clause.clear || !m_draft.open)
        start(joinHere());
    m_draft.before.push_back(place);
    openAt(m_at);
}

void ClauseReader::takeClear(const Phrasing& phrase)
{
    const bool ofPlace = m_draft.open && !hasFinding() && !m_draft.before.empty();
    if (phrase.value == 1 && !ofPlace)
        return clearAll(phrase); // "NAD"
    auto before = m_at;
    while (before > 0 && kindAt(before - 1) == Kind::Article)
        --before;
    if (before > 0 && kindAt(before - 1) == Kind::Preposition)
        return; // "opacities within the aerated right lung"
    if (hasFinding() && kindAt(m_at + 1) != Kind::Side && !m_anatomy && !clearsPlaceBehind())
        return; // "the consolidation is clear": see assertAll.
    const bool subject = m_draft.open && !hasFinding() && !m_draft.before.empty();
    if (subject
        && (kindAt(m_at + 1) == Kind::Finding
            || (kindAt(m_at + 1) == Kind::Word && kindAt(m_at + 2) == Kind::Finding))) {
        m_clearOf.push_back(m_at); // "The lungs are clear [of] airspace disease."
        return;
    }
    if (subject) {
        m_draft.clause.clear = true;
        return openAt(m_at);
    }
    // "clear lungs", "normal chest"
    auto next = m_at + 1;
    while ((isTransparent(kindAt(next)) || (hasFinding() && kindAt(next) == Kind::Preposition)) && !isPlaceAt(next)
        && next < m_phrases.size())
        ++next;
    if (isPlaceAt(next) && roleOf(next) != Role::OfFindingBehind) {
        close();
        m_draft = {};
        openAt(m_at);
        m_draft.clause.clear = true;
        return;
    }
    if (kindAt(next) == Kind::Chest || (m_chest && *m_chest < m_at && !m_anatomy))
        clearAll(phrase);
}

/// "consolidation on the left, clear on the right"
bool ClauseReader::clearsPlaceBehind() const
{
    auto next = m_at + 1;
    while (kindAt(next) == Kind::Preposition || kindAt(next) == Kind::Article)
        ++next;
    return m_at > 0 && isJoint(kindAt(m_at - 1)) && isPlaceAt(next);
}

void ClauseReader::clearAll(const Phrasing& phrase)
{
    close();
    m_draft = {};
    openAt(m_at);
    m_draft.clause.mentions.push_back({"abnormality", Concept::Abnormality, m_at, Assertion::Denied, m_at});
    m_draft.clause.end = phrase.end;
    close();
    m_draft = {};
}

void ClauseReader::close()
{
    if (!m_draft.open)
        return;
    auto& clause = m_draft.clause;
    const bool any = !clause.mentions.empty() || !m_draft.before.empty() || clause.areas > 0;
    if (any) {
        clause.otherwise = m_otherwise;
        clause.clear = clause.clear || (clause.mentions.empty() && isDeniedArea());
        clause.places = placesOf(m_draft, m_drafts);
        clause.bare = clause.mentions.empty() && !clause.clear && !clause.unknownWords && isBare(m_draft);
        for (const auto& place : clause.places)
            clause.contradicts = clause.contradicts || place.contradicts;
        m_drafts.push_back(m_draft);
    }
    m_otherwise = false;
    m_anatomy.reset();
    m_emphasis = false;
    m_emphasisedSides.reset();
    m_denied = false;
    m_draft = {};
}

/// Whether a place stands alone: no unknown word, rib or "healed" before it, and not the lungs as such.
bool ClauseReader::isBare(const Draft& draft) const
{
    const auto says = [](Kind kind) {
        return kind == Kind::Word || kind == Kind::Verb || kind == Kind::Anatomy || kind == Kind::History;
    };
    for (auto i = draft.first; i-- > 0 && kindAt(i) != Kind::But;)
        if (says(m_phrases[i].kind))
            return false;
    return std::none_of(draft.before.begin(), draft.before.end(), [](const Place& place) { return place.generic; });
}

SentenceClauses readClauses(std::span<const Item> items)
{
    return ClauseReader(items).read();
}

} // namespace annotations
