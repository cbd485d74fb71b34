#include "annotations/report/clause_reader.h"
#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace annotations {

/// The role of the place at a phrase, by what stands behind it.
Role ClauseReader::roleOf(std::size_t place) const
{
    bool verb = false, colon = false;
    for (auto i = place + 1; i < m_phrases.size(); ++i) {
        const auto& phrase = m_phrases[i];
        const bool joins = phrase.kind == Kind::And || phrase.kind == Kind::Or;
        const bool compares = phrase.kind == Kind::Comma && isPlaceAt(i + 1) && m_phrases[i + 1].place.compared;
        if ((joins || compares) && isPlaceAt(i + 1) && !verb) {
            ++i;
            continue;
        }
        if (joins && kindAt(i + 1) == Kind::Anatomy) { // "right lung and heart clear"
            ++i;
            continue;
        }
        if (phrase.isPlace)
            return verb || colon ? Role::Subject : Role::Behind;
        if (phrase.kind == Kind::Finding)
            return verb || colon ? Role::Subject : Role::OfFindingBehind;
        if (phrase.kind == Kind::Clear)
            return Role::Clear;
        if (phrase.kind == Kind::Verb || phrase.kind == Kind::Colon) {
            verb = verb || phrase.kind == Kind::Verb;
            colon = colon || phrase.kind == Kind::Colon;
            continue;
        }
        if (phrase.kind == Kind::Deny && phrase.value == 1)
            return Role::Clear; // "clear of"
        if (phrase.kind == Kind::Deny && (verb || colon || (opensAt(place) && deniesFinding(i))))
            return Role::Subject;
        const bool ofAreas = phrase.kind == Kind::Preposition && kindAt(i - 1) == Kind::AreaNoun;
        if (!isTransparent(phrase.kind) && phrase.kind != Kind::AreaNoun && !ofAreas
            && phrase.kind != Kind::Possible && phrase.kind != Kind::History)
            return Role::Behind;
    }
    return Role::Behind;
}

/// "[opacity on the left,] in the right base": a joint stands before the preposition.
bool ClauseReader::isBehindJoint() const
{
    auto before = m_at;
    while (before > 0 && kindAt(before - 1) != Kind::Finding
        && (isTransparent(kindAt(before - 1)) || kindAt(before - 1) == Kind::Preposition) && !isPlaceAt(before - 1))
        --before;
    return before > 0 && isJoint(kindAt(before - 1));
}

/// "opacity left base [likely atelectasis]": the place stands right behind a finding of the lung that has none.
bool ClauseReader::followsFinding() const
{
    const auto kind = m_draft.clause.mentions.back().kind;
    const bool ofLung = kind == Concept::Infection || kind == Concept::Atelectasis || kind == Concept::Nodule;
    return m_draft.before.empty() && m_draft.clause.mentions.back().phrase + 1 == m_at
        && (ofLung || isJoint(kindAt(m_at + 1)));
}

/// Whether a clause begins at a phrase: behind a comma.
bool ClauseReader::opensAt(std::size_t phrase) const
{
    while (phrase > 0 && (kindAt(phrase - 1) == Kind::Article || kindAt(phrase - 1) == Kind::Preposition))
        --phrase;
    const auto before = phrase == 0 ? Kind::But : kindAt(phrase - 1);
    return before == Kind::Comma || before == Kind::But || before == Kind::With
        || (before == Kind::And && isPlaced());
}

/// "[left] no infiltrate", but not "[left base] without effusion": that goes on with what was said before.
bool ClauseReader::deniesFinding(std::size_t denial) const
{
    if (isOneOf(m_phrases[denial].word, {"without", "w / o", "ohne"}) && kindAt(m_at - 1) != Kind::With
        && (!isPlaced() || kindAt(m_at - 1) == Kind::And))
        return false;
    for (auto i = denial + 1;
         i < m_phrases.size() && !isPlaceAt(i) && (isTransparent(kindAt(i)) || kindAt(i) == Kind::Preposition); ++i)
        if (kindAt(i + 1) == Kind::Finding)
            return true;
    return kindAt(denial + 1) == Kind::Finding;
}

/// "compared with the left": a place that is not the finding's.
bool ClauseReader::isComparedWith() const
{
    auto before = m_at;
    while (before > 0 && (kindAt(before - 1) == Kind::Article || kindAt(before - 1) == Kind::Preposition))
        --before;
    return before > 0 && kindAt(before - 1) == Kind::Compare && m_phrases[before - 1].value == 2;
}

/// "infiltrate gone on the left, unchanged [on the right]": here it is said to be there still.
bool ClauseReader::persistsHere() const
{
    auto begin = m_at, end = m_at;
    while (begin > 0 && !isJoint(kindAt(begin - 1)))
        --begin;
    while (end < m_phrases.size() && !isJoint(kindAt(end)) && kindAt(end) != Kind::But)
        ++end;
    bool gone = false, persists = false;
    for (auto i = m_draft.clause.mentions.back().phrase; i < end; ++i) {
        gone = gone || (i < begin && kindAt(i) == Kind::Resolve);
        persists = persists || (i >= begin && kindAt(i) == Kind::Persist && m_phrases[i].value == 0);
    }
    return gone && persists;
}

/// "infiltrate on the right, now left": the same finding at another time.
void ClauseReader::repeatFinding()
{
    auto mentions = m_draft.clause.mentions;
    close();
    m_draft = {};
    for (auto& mention : mentions)
        mention.phrase = mention.first = m_at;
    m_draft.clause.mentions = std::move(mentions);
    openAt(m_at);
}

/// "apart from [the left base], the lungs are clear"
bool ClauseReader::isApartFrom() const
{
    auto before = m_at;
    while (before > 0 && (kindAt(before - 1) == Kind::Article || kindAt(before - 1) == Kind::Preposition))
        --before;
    return before > 0 && kindAt(before - 1) == Kind::Apart;
}

/// What is at a place that is left out of the clear ones is not said, but in "no infiltrate other than in the left
/// base".
void ClauseReader::takeNotClear(const Place& place)
{
    close();
    const auto* last = m_drafts.empty() ? nullptr : &m_drafts.back();
    const bool names = last && !last->clause.mentions.empty()
        && last->clause.mentions.back().kind != Concept::Abnormality
        && std::any_of(m_phrases.begin(), m_phrases.begin() + std::ptrdiff_t(last->clause.mentions.back().phrase),
            [](const Phrasing& phrase) { return phrase.kind == Kind::Deny; });
    m_draft = {};
    m_draft.clause.mentions.push_back(
        {{}, Concept::None, m_at, names ? Assertion::Present : Assertion::Unclear, m_at});
    m_draft.before.push_back(place);
    openAt(m_at);
    close();
}

/// "(previously right lower lobe)": where the finding was before.
bool ClauseReader::isOfBefore() const
{
    auto before = m_at;
    while (before > 0
        && (kindAt(before - 1) == Kind::Article || kindAt(before - 1) == Kind::Preposition
            || kindAt(before - 1) == Kind::Colon))
        --before;
    if (before < 2)
        return false;
    const auto& time = m_phrases[before - 1];
    const bool past = (time.kind == Kind::History && (time.value == 0 || time.value == 3)) || isYear(time.word);
    auto first = before - 1;
    while (first > 1 && kindAt(first - 1) == Kind::Number)
        --first;
    return past && isJoint(kindAt(first - 1));
}

void ClauseReader::takePlace(const Phrasing& phrase)
{
    if (isComparedWith())
        return;
    if (const auto role = roleOf(m_at); isApartFrom() && (role == Role::Clear || role == Role::Behind))
        return takeNotClear(phrase.place);
    if (m_excepting && !m_draft.open && !m_drafts.empty()) { // "everything clear except the left base"
        m_excepting = false;
        return takeNotClear(phrase.place);
    }
    if (m_excepting) {
        m_draft.clause.excepted.push_back(phrase.place);
        if (m_draft.open)
            m_draft.clause.end = phrase.end;
        if (!isJoint(kindAt(m_at + 1)) || !isPlaceAt(m_at + 2))
            m_excepting = false;
        return;
    }
    // "consolidation in the left base, likely pneumonia": the place is the consolidation's.
    const bool behind = hasFinding() && m_draft.after.empty()
        && ((phrase.place.behindPreposition && !isBehindJoint()) || followsFinding());
    const auto role = behind ? Role::Behind : roleOf(m_at);
    if (role == Role::Behind && hasFinding() && isOfBefore())
        return m_draft.clause.earlier.push_back(phrase.place);
    const bool now = m_at > 1 && kindAt(m_at - 1) == Kind::Now && isJoint(kindAt(m_at - 2));
    if (role == Role::Behind && hasFinding() && (now || persistsHere()))
        repeatFinding();
    if (role == Role::Behind && m_denied && kindAt(m_at - 1) == Kind::Comma && !m_drafts.empty())
        return goBack(phrase.place);
    if (role == Role::Behind && deniedPlace())
        return takeDenied(phrase.place);
    if (role == Role::Behind && belongsToLast(phrase.place))
        return splitLast(phrase.place);
    if ((hasFinding() || m_draft.clause.clear) && role != Role::Behind)
        start(joinHere());
    else if (!m_draft.open)
        start(joinHere());
    if (hasFinding() || (m_draft.clause.clear && !m_draft.before.empty())) {
        addBehind(phrase.place);
    } else {
        m_draft.before.push_back(phrase.place);
        m_draft.topicOnly = m_draft.topicOnly || role == Role::Subject;
    }
    openAt(m_at);
}

/// "..., not on the right": a denial that names no finding, only a place.
bool ClauseReader::deniedPlace()
{
    std::optional<std::size_t> denial;
    for (auto i = m_at; i-- > 0 && !denial;) {
        const auto kind = m_phrases[i].kind;
        if (kind == Kind::Deny || kind == Kind::DenyEither)
            denial = i;
        else if (!isTransparent(kind) && kind != Kind::Preposition && kind != Kind::Verb && !isDeniedBefore(i))
            return false;
    }
    if (!denial || (hasFinding() && m_draft.before.empty() && m_draft.after.empty()))
        return false; // "Consolidation is not seen in the right lung": the finding is denied.
    if (lastJoined() > 0 && m_draft.after.empty()
        && kindAt(m_draft.clause.mentions.back().phrase + 1) == Kind::Verb)
        return false; // "RLL nodule and consolidation is not seen in the left lung"
    for (auto i = m_at + 1; i < m_phrases.size() && kindAt(i) != Kind::But && kindAt(i) != Kind::Comma; ++i)
        if (kindAt(i) == Kind::Finding)
            return false;
    m_consumed.push_back(*denial);
    return true;
}

/// "on the right or left": the first of two denied places.
bool ClauseReader::isDeniedBefore(std::size_t i) const
{
    const auto kind = kindAt(i);
    return (m_phrases[i].isPlace || kind == Kind::Or) && m_draft.clause.clear;
}

void ClauseReader::takeDenied(const Place& place)
{
    if (!m_draft.clause.clear) {
        close();
        m_draft = {};
        m_draft.clause.clear = true;
    }
    openAt(m_at);
    m_draft.before.push_back(place);
    m_denied = true;
}

/// "on the right, not on the left, lower zone": behind the denied place it goes on about the finding.
void ClauseReader::goBack(const Place& place)
{
    close();
    auto denied = std::move(m_drafts.back());
    m_drafts.pop_back();
    if (!m_drafts.empty() && !m_drafts.back().clause.mentions.empty()) {
        auto& finding = m_drafts.back();
        finding.after.push_back(place);
        const std::vector<Draft> before(m_drafts.begin(), m_drafts.end() - 1);
        finding.clause.places = placesOf(finding, before);
    } else {
        denied.clause.unknownWords = true;
    }
    m_drafts.push_back(std::move(denied));
}

/// "left lower lobe pneumonia and scarring in the right base": each has a side of its own, and the place behind is
/// the last finding's alone.
bool ClauseReader::belongsToLast(const Place& place) const
{
    if (m_draft.clause.mentions.size() < 2 || !m_draft.after.empty() || place.side == kNoSide || place.assumed
        || place.compared || m_emphasis)
        return false;
    const bool sided = std::none_of(m_draft.before.begin(), m_draft.before.end(),
        [](const Place& before) { return before.side == kNoSide || before.assumed || before.generic; });
    return sided && !m_draft.before.empty() && lastJoined() > 0;
}

/// Of the mentions, the first behind the last "and"; 0: none.
std::size_t ClauseReader::lastJoined() const
{
    const auto& mentions = m_draft.clause.mentions;
    for (auto i = mentions.size(); i-- > 1;)
        for (auto at = mentions[i - 1].phrase; at < mentions[i].phrase; ++at)
            if (kindAt(at) == Kind::And)
                return i;
    return 0;
}

void ClauseReader::splitLast(const Place& place)
{
    const auto first = std::ptrdiff_t(lastJoined());
    auto& mentions = m_draft.clause.mentions;
    Draft behind;
    behind.clause.mentions.assign(mentions.begin() + first, mentions.end());
    mentions.erase(mentions.begin() + first, mentions.end());
    m_draft.last = mentions.back().phrase;
    m_draft.clause.end = m_phrases[m_draft.last].end;
    close();
    m_draft = std::move(behind);
    m_draft.join = Join::Near;
    const auto phrase = m_draft.clause.mentions.front().first;
    m_draft.open = true;
    m_draft.first = phrase;
    m_draft.clause.begin = m_phrases[phrase].begin;
    m_draft.after.push_back(place);
    openAt(m_at);
}

/// A place behind a finding; one that only says where most of it is adds nothing.
void ClauseReader::addBehind(const Place& place)
{
    const bool emphasised = m_emphasis;
    const bool more = isJoint(kindAt(m_at + 1)) && isPlaceAt(m_at + 2); // "mainly right lower and left upper"
    m_emphasis = m_emphasis && more;
    if (!m_emphasisedSides)
        m_emphasisedSides = sidesFrom(m_at);
    const int named = *m_emphasisedSides;
    if (!more)
        m_emphasisedSides.reset();
    int sides = 0;
    bool zones = false;
    for (const auto* list : {&m_draft.before, &m_draft.after})
        for (const auto& one : *list) {
            sides |= one.side;
            zones = zones || (one.zones != 0 && !one.emphasised);
        }
    const int covered = emphasised ? named : place.side;
    if ((emphasised || place.compared) && sides != 0 && (zones || (covered | sides) != covered)
        && place.side != kNoSide)
        return;
    if (emphasised && zones)
        return;
    if (!place.noun && place.zones == 0 && !place.compared && isDirectionHere())
        return; // "tracking to the right"
    // "squiggle on the right of": a side that belongs to words that are not known.
    if (!place.noun && !place.adverb && place.zones == 0 && !place.behindPreposition && place.side != kBothSides
        && !place.compared && kindAt(m_at + 1) == Kind::Word)
        return;
    m_draft.after.push_back(place);
    m_draft.after.back().emphasised = emphasised;
}

/// The sides of a run of places that begins at a phrase.
int ClauseReader::sidesFrom(std::size_t place) const
{
    int sides = kNoSide;
    for (; isPlaceAt(place); place += isJoint(kindAt(place + 1)) ? 2 : 1)
        sides |= m_phrases[place].place.side;
    return sides;
}

/// "to the right": where something goes.
bool ClauseReader::isDirectionHere() const
{
    const auto before = m_at > 1 && kindAt(m_at - 1) == Kind::Article ? m_at - 2 : m_at - 1;
    return m_at > 0 && isOneOf(m_phrases[before].word, {"to", "toward", "towards"});
}

} // namespace annotations
