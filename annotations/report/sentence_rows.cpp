#include "annotations/report/sentence_rows.h"

#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_clauses.h"

#include <algorithm>
#include <utility>

namespace annotations {

namespace {

enum class Answer { None, Yes, Perhaps, No, Clear };

/// What stands between two commas.
struct Row
{
    std::vector<Mention> mentions;
    std::vector<Place> before, after; ///< Of the finding.
    Answer answer = Answer::None;
    std::size_t begin = 0; ///< Bytes of the text.
    std::size_t end = 0;

    bool isEmpty() const { return mentions.empty() && before.empty() && answer == Answer::None; }
};

/// Reads the rows; stops at the first phrase that is none of a row's.
class RowReader
{
public:
    explicit RowReader(std::span<const Phrasing> phrases)
        : m_phrases(phrases)
    {
    }

    std::optional<SentenceReading> read()
    {
        for (; m_at < m_phrases.size(); ++m_at)
            if (!take(m_phrases[m_at]))
                return std::nullopt;
        if (!endRow())
            return std::nullopt;
        giveTopic();
        const bool any = std::any_of(m_reading.clauses.begin(), m_reading.clauses.end(),
            [](const Clause& clause) { return !clause.mentions.empty(); });
        const bool answers = m_denies || (m_ofPlace && m_reading.clauses.size() > 1);
        return any && answers ? std::optional(std::move(m_reading)) : std::nullopt;
    }

private:
    Kind kindAt(std::size_t i) const { return i < m_phrases.size() ? m_phrases[i].kind : Kind::But; }
    bool isPlaceAt(std::size_t i) const { return i < m_phrases.size() && m_phrases[i].isPlace; }

    bool endsAt(std::size_t i) const { return kindAt(i) == Kind::Comma || kindAt(i) == Kind::But; }

    bool take(const Phrasing& phrase)
    {
        if (phrase.isPlace)
            return takePlace(phrase);
        switch (phrase.kind) {
        case Kind::Finding:
            return takeFinding(phrase);
        case Kind::Comma:
        case Kind::But:
            return endRow();
        case Kind::Colon:
            return takeColon();
        case Kind::Clear:
            return m_row.mentions.empty() && takeAnswer(phrase, Answer::Clear);
        case Kind::Answer:
            return isAnswer() && takeAnswer(phrase, Answer::Yes);
        case Kind::Possible:
            return endsAt(m_at + 1) && takeAnswer(phrase, Answer::Perhaps);
        case Kind::Deny:
        case Kind::DenyEither:
            return isAnswer() && takeAnswer(phrase, Answer::No);
        case Kind::Verb:
            return takeVerb(phrase);
        case Kind::And:
            return isPlaceAt(m_at + 1) && m_at > 0 && isPlaceAt(m_at - 1);
        case Kind::Heading:
            m_reading.heading = phrase.value;
            return m_at == 0;
        case Kind::Word: // "patchy consolidation"
            return kindAt(m_at + 1) == Kind::Word || (kindAt(m_at + 1) == Kind::Finding && !isPlaceAt(m_at + 1));
        default:
            return phrase.kind == Kind::Preposition || phrase.kind == Kind::Article || phrase.kind == Kind::Region
                || phrase.kind == Kind::Direction
                || (phrase.kind == Kind::There && phrase.value == 0 && m_row.isEmpty());
        }
    }

    /// The last of its row ("left: none", "not seen on the left" is no answer), or the first before a place ("no on the
    /// right").
    bool isAnswer() const
    {
        auto next = m_at + 1;
        while (kindAt(next) == Kind::Verb)
            ++next;
        if (endsAt(next))
            return !isOneOf(m_phrases[m_at].word, {"without", "ohne"});
        return m_row.isEmpty() && kindAt(m_at + 1) == Kind::Preposition;
    }

    void extend(const Phrasing& phrase)
    {
        if (m_row.end == 0)
            m_row.begin = phrase.begin;
        m_row.end = std::max(m_row.end, phrase.end);
    }

    bool takeAnswer(const Phrasing& phrase, Answer answer)
    {
        const bool first = m_row.answer == Answer::None;
        m_row.answer = answer;
        m_denies = m_denies || answer == Answer::No || answer == Answer::Clear;
        extend(phrase);
        return first;
    }

    /// "present" answers; "is", "seen" say nothing; "was" is of another time.
    bool takeVerb(const Phrasing& phrase)
    {
        if (isOneOf(phrase.word, {"was", "were", "had", "showed", "waren", "war"}))
            return false;
        if (isOneOf(phrase.word, {"present", "vorhanden"}) && m_row.answer == Answer::None)
            return endsAt(m_at + 1) ? takeAnswer(phrase, Answer::Yes) : true;
        return true;
    }

    bool takePlace(const Phrasing& phrase)
    {
        if (phrase.place.compared || phrase.place.contradicts)
            return false;
        (m_row.mentions.empty() ? m_row.before : m_row.after).push_back(phrase.place);
        extend(phrase);
        return true;
    }

    bool takeFinding(const Phrasing& phrase)
    {
        const auto kind = static_cast<Concept>(phrase.value);
        if (phrase.missing || m_row.answer != Answer::None)
            return false;
        auto& mentions = m_row.mentions;
        if (!mentions.empty() && mentions.back().phrase + 1 == m_at) { // "airspace opacity"
            mentions.back().words += ' ' + phrase.word;
            mentions.back().kind = compoundOf(mentions.back().kind, kind);
            mentions.back().phrase = m_at;
        } else if (mentions.empty()) {
            mentions.push_back({phrase.word, kind, m_at, Assertion::Present, m_at});
        } else {
            return false;
        }
        extend(phrase);
        return true;
    }

    /// What stands before a colon is what the rows are about, unless it is answered itself: "right: none".
    bool takeColon()
    {
        const bool onlyPlace = m_row.mentions.empty();
        const bool answered = (kindAt(m_at + 1) == Kind::Deny || kindAt(m_at + 1) == Kind::DenyEither
                                  || kindAt(m_at + 1) == Kind::Clear || kindAt(m_at + 1) == Kind::Answer)
            && endsAt(m_at + 2);
        if (m_row.isEmpty() || m_row.answer != Answer::None)
            return false;
        if (onlyPlace && answered)
            return true;
        if (!onlyPlace)
            openTopic();
        m_topicPlaces = placesOfRow();
        m_ofPlace = m_ofPlace || onlyPlace;
        m_row = {};
        return true;
    }

    std::vector<Place> placesOfRow() const
    {
        Draft draft;
        draft.before = m_row.before;
        draft.after = m_row.after;
        return annotations::placesOf(draft, {});
    }

    /// The places of a row; a zone or side that it does not name is the topic's.
    std::vector<Place> completed(std::vector<Place> places) const
    {
        if (places.empty())
            return m_topicPlaces;
        int sides = 0, zones = 0;
        for (const auto& place : m_topicPlaces) {
            sides |= place.side;
            zones |= place.zones;
        }
        for (auto& place : places) {
            if (place.side == kNoSide || place.assumed) {
                place.assumed = place.assumed && sides == kNoSide;
                place.side = sides == kNoSide ? place.side : sides;
            }
            if (place.zones == 0 && (sides == kNoSide || sides == kBothSides))
                place.zones = zones;
        }
        return places;
    }

    bool endRow()
    {
        if (m_row.isEmpty()) {
            m_row = {};
            return true;
        }
        const bool topicOnly = !m_row.mentions.empty() && m_row.before.empty() && m_row.after.empty()
            && m_row.answer == Answer::None && m_topicPlaces.empty();
        if (topicOnly) { // "Consolidation, right lower lobe: none."
            openTopic();
            m_row = {};
            return true;
        }
        const bool read = addRow();
        m_lastClear = m_row.answer == Answer::Clear;
        m_lastDenied = m_row.answer == Answer::No || m_row.answer == Answer::Clear;
        m_row = {};
        return read;
    }

    bool addRow()
    {
        const auto own = placesOfRow();
        Clause clause;
        clause.begin = m_row.begin;
        clause.end = m_row.end;
        clause.places = completed(own);
        clause.clear = m_row.answer == Answer::Clear;
        if (clause.clear)
            return !clause.places.empty() && add(std::move(clause));
        if (m_row.mentions.empty() && m_row.answer == Answer::None && m_lastDenied
            && std::any_of(own.begin(), own.end(), [](const Place& place) { return place.side == kNoSide; }))
            return false; // "none on the right, lower zone": whose zone?
        clause.mentions = m_row.mentions.empty() ? m_topic : m_row.mentions;
        if (m_row.mentions.empty())
            m_topicOpen = false;
        else
            m_topic = m_row.mentions;
        if (clause.mentions.empty() && m_row.answer == Answer::No) {
            if (m_lastClear) // "Right clear, left not.": what is there is not said.
                clause.mentions.push_back({{}, Concept::None, 0, Assertion::Unclear, 0});
            clause.clear = !m_lastClear; // "Left: none."
            return !clause.places.empty() && add(std::move(clause));
        }
        for (auto& mention : clause.mentions)
            mention.assertion = m_row.answer == Answer::No ? Assertion::Denied
                : m_row.answer == Answer::Perhaps          ? Assertion::Possible
                                                           : Assertion::Present;
        return !clause.mentions.empty() && add(std::move(clause));
    }

    bool add(Clause clause)
    {
        m_reading.clauses.push_back(std::move(clause));
        return true;
    }

    /// What the rows behind this one are about.
    void openTopic()
    {
        giveTopic();
        m_topic = m_row.mentions;
        m_topicOpen = true;
        m_topicEnd = {m_row.begin, m_row.end};
    }

    /// A finding that no row took up is there.
    void giveTopic()
    {
        if (!m_topicOpen)
            return;
        Clause clause;
        clause.begin = m_topicEnd.first;
        clause.end = m_topicEnd.second;
        clause.mentions = m_topic;
        clause.places = m_topicPlaces;
        m_topicOpen = false;
        add(std::move(clause));
    }

    std::span<const Phrasing> m_phrases;
    std::size_t m_at = 0;
    Row m_row;
    std::vector<Mention> m_topic; ///< What rows without a finding are about.
    std::vector<Place> m_topicPlaces;
    std::pair<std::size_t, std::size_t> m_topicEnd; ///< Bytes of the text.
    bool m_topicOpen = false; ///< No row was about it yet.
    bool m_lastDenied = false;
    bool m_lastClear = false;
    bool m_denies = false;
    bool m_ofPlace = false; ///< The rows have a place in common: "bases: right consolidation, left effusion".
    SentenceReading m_reading;
};

} // namespace

std::optional<SentenceReading> readRows(std::span<const Phrasing> phrases)
{
    return RowReader(phrases).read();
}

} // namespace annotations
