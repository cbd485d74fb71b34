#include "annotations/report/report_places.h"

#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <optional>

namespace annotations {

namespace {

bool isJoint(const Item& item)
{
    return item.kind == Kind::And || item.kind == Kind::Comma || (item.kind == Kind::Or && item.value != 2);
}

bool isSideNoun(const Item& item)
{
    return isOneOf(item.word, {"sided", "side", "sides"});
}

/// How a word of a place hangs on the one before.
enum class Joined { Directly, ByOf, ByJoint };

/// Reads places word by word.
class PlaceReader
{
public:
    PlaceReader(std::span<const Item> items, std::size_t at)
        : m_items(items)
        , m_at(at)
        , m_denied(isDenied(items, at))
        , m_behindFinding(isBehindFinding(items, at))
    {
    }

    std::vector<PlaceOrJoint> read()
    {
        Joined joined = Joined::Directly;
        while (m_at < m_items.size() && isPlaceWord(m_at)) {
            take(joined);
            m_end = m_at;
            joined = Joined::Directly;
            if (isPlaceWord(m_at))
                continue;
            const auto next = behindJoint(joined);
            if (!next)
                break;
            m_at = *next;
        }
        finish();
        shareZones();
        return std::move(m_read);
    }

    std::size_t end() const { return m_end; }

private:
    /// "not [on the left], lower zone": behind the comma it may go on about the place that is not denied.
    static bool isDenied(std::span<const Item> items, std::size_t at)
    {
        while (at > 0 && (items[at - 1].kind == Kind::Article || items[at - 1].kind == Kind::Preposition))
            --at;
        return at > 0 && items[at - 1].kind == Kind::DenyEither;
    }

    static bool isBehindFinding(std::span<const Item> items, std::size_t at)
    {
        while (at-- > 0) {
            const auto kind = items[at].kind;
            const bool says = kind == Kind::Article || kind == Kind::Preposition || kind == Kind::Word
                || kind == Kind::Verb || kind == Kind::DenyEither || kind == Kind::Persist || kind == Kind::Possible;
            if (!says)
                return kind == Kind::Finding;
        }
        return false;
    }

    /// "opacity on the right, [lower zone opacity]": a zone behind a joint that is the next finding's.
    bool isNextFindings(std::size_t zone, const Item& joint) const
    {
        const bool complete = joint.kind == Kind::Comma || m_place.zones == 0 || m_place.noun;
        if (!m_behindFinding || !complete || kindAt(zone) != Kind::Zone)
            return false;
        while (kindAt(zone) == Kind::Zone || kindAt(zone) == Kind::ZoneNoun || kindAt(zone) == Kind::Word
            || kindAt(zone) == Kind::Lung || kindAt(zone) == Kind::Direction)
            if (++zone >= m_items.size())
                return false;
        const auto next = kindAt(zone);
        const bool predicate = next == Kind::Verb || next == Kind::Clear || next == Kind::Deny;
        return next == Kind::Finding || (joint.kind == Kind::Comma && predicate) || showsAt(zone);
    }

    /// "infiltrate in the upper zone, [left] clear": a side behind a comma that something is said of.
    bool isNextSubject(std::size_t side, const Item& joint) const
    {
        if (!m_behindFinding || joint.kind != Kind::Comma || kindAt(side) != Kind::Side)
            return false;
        const auto next = kindAt(kindAt(side + 1) == Kind::Lung ? side + 2 : side + 1);
        return next == Kind::Clear || next == Kind::Answer || next == Kind::Deny;
    }

    /// "shows", "is clear": what stands before it is the subject.
    bool showsAt(std::size_t i) const
    {
        const auto is = [&](const char* verb) { return i < m_items.size() && m_items[i].word.starts_with(verb); };
        return is("show") || is("demonstra") || is("reveal") || is("contain") || is("exhibit") || is("zeig")
            || is("stell") || (kindAt(i) == Kind::Verb && kindAt(i + 1) == Kind::Clear);
    }

    /// "opacity on the left and right apical [consolidation]"
    bool isBetweenFindings() const
    {
        auto next = m_end;
        while (next < m_items.size() && m_items[next].kind == Kind::Word)
            ++next;
        return m_behindFinding && next < m_items.size()
            && (m_items[next].kind == Kind::Finding || m_items[next].kind == Kind::Clear
                || m_items[next].kind == Kind::Deny || showsAt(next));
    }

    Kind kindAt(std::size_t i) const { return i < m_items.size() ? m_items[i].kind : Kind::Word; }

    bool isPlaceWord(std::size_t i) const
    {
        switch (kindAt(i)) {
        case Kind::Side:
        case Kind::Zone:
            return true;
        case Kind::Lung:
            return true;
        case Kind::ZoneNoun:
            return i < m_items.size() && (m_open || m_place.whole);
        case Kind::Whole: // "throughout the left lung", "the left lung throughout"
            return startsPlace(i + 1) || (m_open && m_lung && m_place.zones == 0 && m_items[i].value == 1);
        case Kind::Region:
        case Kind::Direction:
            return m_open && m_place.side != kNoSide;
        case Kind::Chest:
            return m_open && m_place.side != kNoSide && m_place.zones == 0 && m_items[i].word == "chest";
        default:
            return m_open && i < m_items.size() && isSideNoun(m_items[i]);
        }
    }

    /// After "throughout", "all [lobes] of": a side, a zone or "lungs", with "the" before it.
    bool startsPlace(std::size_t i) const
    {
        for (std::size_t end = i + 4; i < end; ++i) {
            const auto kind = kindAt(i);
            if (kind == Kind::Side || kind == Kind::Zone || kind == Kind::Lung)
                return true;
            if (kind != Kind::Article && kind != Kind::Preposition && kind != Kind::ZoneNoun && kind != Kind::Whole)
                return false;
        }
        return false;
    }

    /// Where the place goes on behind "of the", "and", "," - and how it is joined.
    std::optional<std::size_t> behindJoint(Joined& joined)
    {
        auto i = m_at;
        std::optional<std::size_t> joint;
        if (m_denied && kindAt(i) == Kind::Comma)
            return std::nullopt;
        if (i < m_items.size() && isJoint(m_items[i])) {
            joint = i++;
            if (kindAt(i) == Kind::And || (kindAt(i) == Kind::Or))
                ++i; // ", and"
            if (kindAt(i) == Kind::Comma && i + 1 < m_items.size())
                ++i;
        }
        bool of = false;
        for (std::size_t skipped = 0; skipped < 5; ++skipped, ++i) {
            const auto kind = kindAt(i);
            if (kind == Kind::Preposition)
                of = true;
            else if (kind != Kind::Article && !(joint && kind == Kind::Number))
                break;
        }
        if (i == m_at || i >= m_items.size())
            return std::nullopt;
        const auto kind = kindAt(i);
        const bool place = kind == Kind::Side || kind == Kind::Zone || (kind == Kind::Lung && (of || !joint))
            || (kind == Kind::Whole && startsPlace(i + 1));
        if (!place || (joint && isNextSubject(i, m_items[*joint]))
            || (joint && !of && isNextFindings(i, m_items[*joint])))
            return std::nullopt;
        joined = joint ? Joined::ByJoint : of ? Joined::ByOf : Joined::Directly;
        m_joint = joint ? std::optional(m_items[*joint]) : std::nullopt;
        m_jointHasPreposition = joint && of;
        return i;
    }

    void take(Joined joined)
    {
        const auto& item = m_items[m_at];
        switch (item.kind) {
        case Kind::Side:
            takeSide(item, joined);
            break;
        case Kind::Zone:
            takeZone(item, joined);
            break;
        case Kind::Lung:
            takeLung(item, joined);
            break;
        case Kind::ZoneNoun:
            m_place.noun = true;
            m_plural = m_plural || item.value == 2;
            m_lobe = m_lobe || item.word.starts_with("lob");
            if (m_lastZone == kMiddle && isOneOf(item.word, {"lobe"}))
                m_middleLobe = true;
            break;
        case Kind::Whole:
            if (joined == Joined::ByJoint)
                next();
            m_place.whole = true;
            break;
        default:
            m_place.noun = m_place.noun || item.kind != Kind::Direction;
            break;
        }
        open(item);
        m_lastZone = item.kind == Kind::Zone && (item.value & kLeftOnly) == 0 ? item.value & kZones : 0;
        ++m_at;
    }

    void open(const Item& item)
    {
        if (!m_open) {
            m_place.begin = item.begin;
            m_place.sideFirst = item.kind == Kind::Side;
        }
        m_open = true;
        m_place.end = std::max(m_place.end, item.end);
    }

    /// "Right > left": how many items compare two sides; 0 when they do not.
    std::size_t comparedSides() const
    {
        bool compares = false;
        for (std::size_t i = m_at + 1; i < m_items.size() && i < m_at + 6; ++i) {
            const auto kind = kindAt(i);
            if (kind == Kind::Side)
                return compares && m_items[i].value != m_items[m_at].value ? i - m_at : 0;
            compares = compares || kind == Kind::Compare;
            if (kind != Kind::Compare && kind != Kind::Article && kind != Kind::Preposition && kind != Kind::Word
                && kind != Kind::Verb && !isSideNoun(m_items[i]))
                return 0;
        }
        return 0;
    }

    void takeSide(const Item& item, Joined joined)
    {
        int side = item.value;
        bool compared = false;
        std::size_t comparedEnd = 0, comparedItems = 0;
        if (const auto more = comparedSides(); more > 0) {
            side = kBothSides;
            compared = true;
            comparedItems = more;
            comparedEnd = m_items[m_at + more].end;
        }
        if (m_open && joined == Joined::Directly && m_bothWord && m_place.zones == 0 && !m_place.noun)
            m_place.side = kNoSide; // "both right middle lobe and lingula": each of them.
        m_bothWord = isOneOf(item.word, {"both", "either", "each"}) && !m_open;
        const bool free = m_place.side == kNoSide && !m_leftOnly;
        if (m_open && joined != Joined::ByJoint && !free && side != m_place.side) {
            if (joined == Joined::Directly && (m_place.noun || m_place.zones != 0) && !m_leftOnly)
                next(); // "left base right base"
            else
                m_place.contradicts = m_place.contradicts || !(m_place.side == kNoSide && side == kLeftSide);
        } else if (m_open && joined == Joined::ByJoint) {
            next();
        }
        m_place.side = m_place.side == kNoSide || !m_place.contradicts ? side : m_place.side;
        m_place.compared = compared;
        m_place.adverb = isOneOf(item.word, {"links", "rechts", "li", "re"});
        open(item);
        m_place.end = std::max(m_place.end, comparedEnd);
        m_at += comparedItems;
    }

    /// Whether the zones from here on have a side of their own: "[and] lower zone of the right lung".
    bool sideFollows(std::size_t i) const
    {
        while (i < m_items.size()) {
            const auto kind = kindAt(i);
            if (kind == Kind::Side)
                return true;
            const bool ended = kindAt(i - 1) == Kind::ZoneNoun // "and middle lobes, ..."
                && (kindAt(i) == Kind::Comma || m_items[i - 1].value == 2);
            if (isJoint(m_items[i]) && !ended && kindAt(i + 1) == Kind::Zone)
                ++i;
            else if (kind != Kind::Zone && kind != Kind::ZoneNoun && kind != Kind::Preposition && kind != Kind::Article)
                return false;
            ++i;
        }
        return false;
    }

    void takeZone(const Item& item, Joined joined)
    {
        const bool leftOnly = (item.value & kLeftOnly) != 0;
        if (m_open && leftOnly && m_place.side == kRightSide) {
            if (joined == Joined::ByOf)
                m_place.contradicts = true;
            else if (joined == Joined::ByJoint)
                next();
            else
                m_place.contradicts = true;
        } else if (m_open && joined == Joined::ByJoint && leftOnly && m_place.side != kLeftSide) {
            next();
        } else if (m_open && joined == Joined::ByJoint && (m_place.side != kNoSide || m_leftOnly)
            && sideFollows(m_at + 1)) {
            next();
        } else if (m_open && joined == Joined::ByJoint && m_place.side != kNoSide && m_place.zones == 0
            && m_jointHasPreposition && !m_place.noun) {
            next();
        }
        if (leftOnly && m_place.side == kNoSide)
            m_leftOnly = true;
        const bool weak = isOneOf(item.word, {"superior", "inferior", "basal", "basilar", "apical", "base"});
        const bool alone = joined != Joined::ByJoint && !m_joinedZone;
        if (weak && alone)
            m_weakZones |= item.value & kZones;
        else
            m_strongZones = m_strongZones || (item.value & kLeftOnly) == 0;
        m_joinedZone = joined == Joined::ByJoint;
        m_place.zones |= item.value & kZones;
        m_place.whole = m_place.whole || (item.value & kWhole) != 0;
        m_plural = m_plural || (item.value & kPluralZone) != 0;
        m_place.noun = m_place.noun || (item.value & kNounless) != 0;
        if ((item.value & kZones) == kMiddle && !leftOnly && m_items.size() > m_at + 1
            && m_items[m_at + 1].word == "lobe")
            m_middleLobe = true;
    }

    void takeLung(const Item& item, Joined joined)
    {
        if (m_open && joined == Joined::ByJoint)
            next();
        m_place.noun = true;
        m_lungs = m_lungs || item.value == 2;
        m_lung = true;
    }

    /// The place is complete; a joint and another one follow.
    void next()
    {
        finish();
        if (m_joint)
            m_read.push_back({false, {}, *m_joint});
        m_apart = m_joint && m_jointHasPreposition;
        m_joint.reset();
    }

    void finish()
    {
        if (!m_open)
            return;
        if (m_lobe && m_strongZones && m_weakZones != m_place.zones)
            m_place.zones &= ~m_weakZones; // "the basilar portion of the middle lobe"
        if (m_leftOnly) {
            m_place.contradicts = m_place.contradicts || (m_place.side != kNoSide && (m_place.side & kLeftSide) == 0);
            m_place.side = m_place.side == kNoSide ? kLeftSide : m_place.side;
        }
        if (m_middleLobe && m_place.side == kLeftSide && m_place.zones == kMiddle)
            m_place.contradicts = true; // The left lung has none.
        if (m_middleLobe && m_place.side == kNoSide && m_place.zones == kMiddle && !m_plural)
            m_place.side = kRightSide;
        if (m_place.side == kNoSide && m_place.zones == 0 && m_lungs) {
            m_place.side = kBothSides;
            m_place.generic = !m_place.whole;
        }
        if (m_place.side == kNoSide && m_place.zones != 0 && (m_plural || m_lungs)) {
            m_place.side = kBothSides;
            m_place.assumed = true;
        }
        if (m_place.whole && m_place.zones == 0 && m_place.side != kNoSide)
            m_place.zones = kZones;
        if (m_bothWord && m_place.zones == 0 && !m_place.noun)
            m_place.side = kNoSide; // "on both views"
        const bool says = m_place.side != kNoSide || m_place.zones != 0;
        if (says) {
            m_read.push_back({true, m_place, {}});
            m_ownLung.push_back(m_lung);
            m_ownPhrase.push_back(m_apart);
        }
        m_apart = false;
        m_place = {};
        m_open = m_leftOnly = m_middleLobe = m_plural = m_lungs = m_lung = m_lobe = false;
        m_strongZones = m_bothWord = m_joinedZone = false;
        m_weakZones = 0;
    }

    /// "left and right lower zones", "lower zones, right and left": the zones are both's.
    void shareZones()
    {
        std::vector<PlaceOrJoint*> places;
        std::vector<bool> close; // By place: "and" stands before it, no comma.
        for (std::size_t i = 0; i < m_read.size(); ++i)
            if (m_read[i].isPlace) {
                places.push_back(&m_read[i]);
                close.push_back(i > 0 && !m_read[i - 1].isPlace && m_read[i - 1].joint.kind != Kind::Comma);
            }
        for (std::size_t i = places.size(); i-- > 1;) {
            auto& before = places[i - 1]->place;
            const auto& after = places[i]->place;
            if (before.zones == 0 && !before.noun && before.side != kNoSide && before.side != kBothSides
                && after.zones != 0 && after.side != kNoSide && after.sideFirst && close[i] && !m_ownPhrase[i]
                && !isBetweenFindings() && after.side != before.side)
                before.zones = after.zones;
        }
        int shared = 0; // Of zones that no side has yet.
        for (std::size_t i = 0; i < places.size(); ++i) {
            auto& place = places[i]->place;
            if (place.zones != 0)
                shared = place.side == kNoSide || place.assumed ? place.zones : 0;
            else if (!m_ownLung[i])
                place.zones = shared;
        }
        for (std::size_t i = 0; i + 1 < places.size(); ++i) // The side stands behind its zones.
            if (auto& one = places[i]->place; one.zones != 0 && (one.side == kNoSide || one.assumed)
                && places[i + 1]->place.zones == one.zones && places[i + 1]->place.side != kNoSide
                && !places[i + 1]->place.assumed) {
                one.side = places[i + 1]->place.side;
                one.assumed = false;
            }
    }

    std::span<const Item> m_items;
    std::size_t m_at;
    bool m_denied;
    bool m_behindFinding;
    std::size_t m_end = 0;
    Place m_place;
    bool m_open = false;
    bool m_leftOnly = false;
    bool m_middleLobe = false;
    bool m_plural = false;
    bool m_lungs = false;
    bool m_lung = false;
    bool m_lobe = false;
    bool m_strongZones = false;
    bool m_bothWord = false;
    bool m_joinedZone = false;
    int m_weakZones = 0; ///< Of words that may only say where in a lobe: "basilar".
    bool m_jointHasPreposition = false;
    int m_lastZone = 0;
    std::optional<Item> m_joint;
    std::vector<PlaceOrJoint> m_read;
    bool m_apart = false;
    std::vector<bool> m_ownPhrase; ///< By place: "in" stands before it, behind the joint.
    std::vector<bool> m_ownLung; ///< By place: "lung" stands there, no zones are to come.
};

} // namespace

std::vector<PlaceOrJoint> readPlaces(std::span<const Item> items, std::size_t& at)
{
    PlaceReader reader(items, at);
    auto places = reader.read();
    if (!places.empty())
        at = reader.end();
    return places;
}

} // namespace annotations
