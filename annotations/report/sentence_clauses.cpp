#include "annotations/report/sentence_clauses.h"

#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace annotations {

namespace {

/// What a place is to the words behind it.
enum class Role { OfFindingBehind, Subject, Clear, Behind };

/// Reads the clauses of a sentence.
class ClauseReader
{
public:
    explicit ClauseReader(std::span<const Item> items)
        : m_phrases(phrasingsOf(items))
    {
    }

    SentenceClauses read()
    {
        for (m_at = 0; m_at < m_phrases.size(); ++m_at)
            take(m_phrases[m_at]);
        close();
        return {std::move(m_phrases), std::move(m_drafts), std::move(m_clearOf), std::move(m_consumed), m_apart};
    }

private:
    Kind kindAt(std::size_t i) const { return i < m_phrases.size() ? m_phrases[i].kind : Kind::But; }
    bool isPlaceAt(std::size_t i) const { return i < m_phrases.size() && m_phrases[i].isPlace; }

    bool hasFinding() const { return !m_draft.clause.mentions.empty(); }

    void start(Join join)
    {
        const bool carries = m_draft.open && m_draft.clause.mentions.empty() && !m_draft.clause.clear;
        if (!carries) {
            close();
            m_draft = {};
            m_draft.join = join;
        }
        openAt(m_at);
    }

    void openAt(std::size_t phrase)
    {
        if (!m_draft.open) {
            m_draft.open = true;
            m_draft.first = phrase;
            m_draft.clause.begin = m_phrases[phrase].begin;
        }
        m_draft.last = phrase;
        m_draft.clause.end = std::max(m_draft.clause.end, m_phrases[phrase].end);
    }

    void take(const Phrasing& phrase)
    {
        if (phrase.isPlace)
            return takePlace(phrase);
        switch (phrase.kind) {
        case Kind::Finding:
            return takeFinding(phrase);
        case Kind::But:
        case Kind::Apart:
        case Kind::There:
            if (phrase.kind != Kind::There || hasFinding() || m_draft.clause.clear)
                close();
            m_excepting = false;
            m_apart = m_apart || phrase.kind == Kind::Apart;
            return;
        case Kind::Clear:
            return takeClear(phrase);
        case Kind::Except:
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

    /// The role of the place at a phrase, by what stands behind it.
    Role roleOf(std::size_t place) const
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
    bool isBehindJoint() const
    {
        auto before = m_at;
        while (before > 0 && kindAt(before - 1) != Kind::Finding
            && (isTransparent(kindAt(before - 1)) || kindAt(before - 1) == Kind::Preposition) && !isPlaceAt(before - 1))
            --before;
        return before > 0 && isJoint(kindAt(before - 1));
    }

    /// "opacity left base [likely atelectasis]": the place stands right behind a finding of the lung that has none.
    bool followsFinding() const
    {
        const auto kind = m_draft.clause.mentions.back().kind;
        const bool ofLung = kind == Concept::Infection || kind == Concept::Atelectasis || kind == Concept::Nodule;
        return m_draft.before.empty() && m_draft.clause.mentions.back().phrase + 1 == m_at
            && (ofLung || isJoint(kindAt(m_at + 1)));
    }

    /// Whether a clause begins at a phrase: behind a comma.
    bool opensAt(std::size_t phrase) const
    {
        while (phrase > 0 && (kindAt(phrase - 1) == Kind::Article || kindAt(phrase - 1) == Kind::Preposition))
            --phrase;
        const auto before = phrase == 0 ? Kind::But : kindAt(phrase - 1);
        return before == Kind::Comma || before == Kind::But || before == Kind::With
            || (before == Kind::And && isPlaced());
    }

    bool isPlaced() const { return hasFinding() && !(m_draft.before.empty() && m_draft.after.empty()); }

    /// "[left] no infiltrate", but not "[left base] without effusion": that goes on with what was said before.
    bool deniesFinding(std::size_t denial) const
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
    bool isComparedWith() const
    {
        auto before = m_at;
        while (before > 0 && (kindAt(before - 1) == Kind::Article || kindAt(before - 1) == Kind::Preposition))
            --before;
        return before > 0 && kindAt(before - 1) == Kind::Compare && m_phrases[before - 1].value == 2;
    }

    void takePlace(const Phrasing& phrase)
    {
        if (isComparedWith())
            return;
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
    bool deniedPlace()
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
    bool isDeniedBefore(std::size_t i) const
    {
        const auto kind = kindAt(i);
        return (m_phrases[i].isPlace || kind == Kind::Or) && m_draft.clause.clear;
    }

    void takeDenied(const Place& place)
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
    void goBack(const Place& place)
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
    bool belongsToLast(const Place& place) const
    {
        if (m_draft.clause.mentions.size() < 2 || !m_draft.after.empty() || place.side == kNoSide || place.assumed
            || place.compared || m_emphasis)
            return false;
        const bool sided = std::none_of(m_draft.before.begin(), m_draft.before.end(),
            [](const Place& before) { return before.side == kNoSide || before.assumed || before.generic; });
        return sided && !m_draft.before.empty() && lastJoined() > 0;
    }

    /// Of the mentions, the first behind the last "and"; 0: none.
    std::size_t lastJoined() const
    {
        const auto& mentions = m_draft.clause.mentions;
        for (auto i = mentions.size(); i-- > 1;)
            for (auto at = mentions[i - 1].phrase; at < mentions[i].phrase; ++at)
                if (kindAt(at) == Kind::And)
                    return i;
        return 0;
    }

    void splitLast(const Place& place)
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
    void addBehind(const Place& place)
    {
        const bool emphasised = m_emphasis;
        m_emphasis = false;
        int sides = 0;
        bool zones = false;
        for (const auto* list : {&m_draft.before, &m_draft.after})
            for (const auto& one : *list) {
                sides |= one.side;
                zones = zones || one.zones != 0;
            }
        if ((emphasised || place.compared) && sides != 0 && (zones || (place.side | sides) != place.side)
            && place.side != kNoSide)
            return;
        if (emphasised && zones)
            return;
        if (!place.noun && place.zones == 0 && !place.compared && isDirectionHere())
            return; // "tracking to the right"
        // "squiggle on the right of": a side that belongs to words that are not known.
        if (!place.noun && place.zones == 0 && !place.behindPreposition && place.side != kBothSides && !place.compared
            && kindAt(m_at + 1) == Kind::Word)
            return;
        m_draft.after.push_back(place);
    }

    /// "to the right": where something goes.
    bool isDirectionHere() const
    {
        const auto before = m_at > 1 && kindAt(m_at - 1) == Kind::Article ? m_at - 2 : m_at - 1;
        return m_at > 0 && isOneOf(m_phrases[before].word, {"to", "toward", "towards"});
    }

    /// What joins what begins here with the clause before.
    Join joinHere() const
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

    bool jointBetween(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (isJoint(m_phrases[i].kind))
                return true;
        return false;
    }

    bool linkBehind(std::size_t comma) const
    {
        for (auto i = comma; i < m_at; ++i)
            if (m_phrases[i].kind == Kind::Link || m_phrases[i].kind == Kind::Possible
                || (m_phrases[i].kind == Kind::With))
                return true;
        return false;
    }

    /// "infiltrate atelectasis": two nouns of different kinds are two findings.
    static bool namesAnother(const Mention& last, const Phrasing& next)
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
    bool compoundHere() const
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
    bool coordinatedHere() const
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

    void takeFinding(const Phrasing& phrase)
    {
        const auto kind = static_cast<Concept>(phrase.value);
        Mention mention{phrase.word, kind, m_at, Assertion::Present, m_at};
        auto& mentions = m_draft.clause.mentions;
        if (hasFinding() && m_draft.after.empty() && compoundHere()) {
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

    void startFinding()
    {
        const auto join = joinHere();
        close();
        m_draft = {};
        m_draft.join = join;
        openAt(m_at);
    }

    void takeNumber(const Phrasing& phrase)
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

    void takeAnatomy(const Phrasing& phrase)
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

    bool isBeforeFinding(std::size_t phrase) const
    {
        while (kindAt(phrase + 1) == Kind::Word || kindAt(phrase + 1) == Kind::Anatomy)
            ++phrase;
        return kindAt(phrase + 1) == Kind::Finding;
    }

    /// "left costophrenic opacity"
    void takeBesideLung(const Place& place)
    {
        if (hasFinding() || m_draft.clause.clear || !m_draft.open)
            start(joinHere());
        m_draft.before.push_back(place);
        openAt(m_at);
    }

    void takeClear(const Phrasing& phrase)
    {
        if (phrase.value == 1)
            return clearAll(phrase); // "NAD"
        auto before = m_at;
        while (before > 0 && kindAt(before - 1) == Kind::Article)
            --before;
        if (before > 0 && kindAt(before - 1) == Kind::Preposition)
            return; // "opacities within the aerated right lung"
        if (hasFinding() && kindAt(m_at + 1) != Kind::Side && !m_anatomy)
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
        while (isTransparent(kindAt(next)) && !isPlaceAt(next) && next < m_phrases.size())
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

    void clearAll(const Phrasing& phrase)
    {
        close();
        m_draft = {};
        openAt(m_at);
        m_draft.clause.mentions.push_back({"abnormality", Concept::Abnormality, m_at, Assertion::Denied, m_at});
        m_draft.clause.end = phrase.end;
        close();
        m_draft = {};
    }

    void close()
    {
        if (!m_draft.open)
            return;
        auto& clause = m_draft.clause;
        const bool any = !clause.mentions.empty() || !m_draft.before.empty() || clause.areas > 0;
        if (any) {
            clause.otherwise = m_otherwise;
            clause.places = placesOf(m_draft, m_drafts);
            clause.bare = clause.mentions.empty() && !clause.clear && !clause.unknownWords && isBare(m_draft);
            for (const auto& place : clause.places)
                clause.contradicts = clause.contradicts || place.contradicts;
            m_drafts.push_back(m_draft);
        }
        m_otherwise = false;
        m_anatomy.reset();
        m_emphasis = false;
        m_denied = false;
        m_draft = {};
    }

    /// Whether a place stands alone: no unknown word before it, and not the lungs as such.
    bool isBare(const Draft& draft) const
    {
        for (auto i = draft.first; i-- > 0 && kindAt(i) != Kind::But;)
            if (m_phrases[i].kind == Kind::Word || m_phrases[i].kind == Kind::Verb)
                return false;
        return std::none_of(draft.before.begin(), draft.before.end(), [](const Place& place) { return place.generic; });
    }

    std::vector<Phrasing> m_phrases;
    std::size_t m_at = 0;
    Draft m_draft;
    std::vector<Draft> m_drafts;
    std::vector<std::size_t> m_clearOf; ///< Of findings that follow.
    std::vector<std::size_t> m_consumed; ///< Denials of a place alone.
    bool m_excepting = false;
    bool m_otherwise = false;
    bool m_apart = false; ///< "apart from": what is clear is the rest.
    bool m_emphasis = false;
    bool m_denied = false; ///< The clause is a denied place: "not on the left".
    std::optional<std::size_t> m_chest;
    std::optional<std::size_t> m_anatomy;
};

} // namespace

SentenceClauses readClauses(std::span<const Item> items)
{
    return ClauseReader(items).read();
}

} // namespace annotations
