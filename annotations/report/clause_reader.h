#pragma once

#include "annotations/report/sentence_clauses.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace annotations {

/// What a place is to the words behind it.
enum class Role { OfFindingBehind, Subject, Clear, Behind };

/// Reads the clauses of a sentence: one pass over its phrases, from the first to the last. What a phrase means where it
/// stands is decided in sentence_clauses.cpp; where a place belongs in clause_reader_places.cpp, and which clause a
/// finding goes to in clause_reader_findings.cpp.
class ClauseReader
{
public:
    explicit ClauseReader(std::span<const Item> items)
        : m_phrases(phrasingsOf(items))
    {
    }

    SentenceClauses read();

private:
    Kind kindAt(std::size_t i) const { return i < m_phrases.size() ? m_phrases[i].kind : Kind::But; }
    bool isPlaceAt(std::size_t i) const { return i < m_phrases.size() && m_phrases[i].isPlace; }
    bool hasFinding() const { return !m_draft.clause.mentions.empty(); }
    bool isPlaced() const { return hasFinding() && !(m_draft.before.empty() && m_draft.after.empty()); }

    void nameInfectedAreas();
    bool isDeniedArea() const;
    void start(Join join);
    void openAt(std::size_t phrase);
    void take(const Phrasing& phrase);
    bool exceptsFinding() const;
    void takeApart();
    void takeNumber(const Phrasing& phrase);
    void takeAnatomy(const Phrasing& phrase);
    bool isBeforeFinding(std::size_t phrase) const;
    void takeBesideLung(const Place& place);
    void takeClear(const Phrasing& phrase);
    bool clearsPlaceBehind() const;
    void clearAll(const Phrasing& phrase);
    void close();
    bool isBare(const Draft& draft) const;

    Role roleOf(std::size_t place) const;
    bool isBehindJoint() const;
    bool followsFinding() const;
    bool opensAt(std::size_t phrase) const;
    bool deniesFinding(std::size_t denial) const;
    bool isComparedWith() const;
    bool isOfBefore() const;
    bool isApartFrom() const;
    void takeNotClear(const Place& place);
    bool persistsHere() const;
    void repeatFinding();
    void takePlace(const Phrasing& phrase);
    bool deniedPlace();
    bool isDeniedBefore(std::size_t i) const;
    void takeDenied(const Place& place);
    void goBack(const Place& place);
    bool belongsToLast(const Place& place) const;
    std::size_t lastJoined() const;
    void splitLast(const Place& place);
    void addBehind(const Place& place);
    int sidesFrom(std::size_t place) const;
    bool isDirectionHere() const;

    Join joinHere() const;
    bool jointBetween(std::size_t begin, std::size_t end) const;
    bool linkBehind(std::size_t comma) const;
    static bool namesAnother(const Mention& last, const Phrasing& next);
    bool compoundHere() const;
    bool coordinatedHere() const;
    void takeFinding(const Phrasing& phrase);
    void startFinding();

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
    std::optional<int> m_emphasisedSides; ///< Of the run of places that is read.
    bool m_denied = false; ///< The clause is a denied place: "not on the left".
    std::optional<std::size_t> m_chest;
    std::optional<std::size_t> m_anatomy;
};

} // namespace annotations
