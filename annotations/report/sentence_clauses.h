#pragma once

#include "annotations/report/sentence_phrases.h"
#include "annotations/report/sentence_reading.h"

#include <span>
#include <vector>

namespace annotations {

/// What joins a clause with the one before.
enum class Join { None, Near, With, Link, Far };

/// A clause while it is read.
struct Draft
{
    Clause clause;
    std::vector<Place> before; ///< Places before the finding.
    std::vector<Place> after;
    bool topicOnly = false; ///< The places before are the subject: "the right lung shows".
    Join join = Join::None;
    std::size_t first = 0; ///< Phrases.
    std::size_t last = 0;
    bool open = false;
};

/// The clauses of a sentence with their places, all findings taken as present.
struct SentenceClauses
{
    std::vector<Phrasing> phrases;
    std::vector<Draft> drafts;
    std::vector<std::size_t> clearOf; ///< "clear" that denies the findings behind it.
    std::vector<std::size_t> consumed; ///< Denials of a place alone.
    bool apart = false; ///< "apart from": what is clear is the rest.
};

SentenceClauses readClauses(std::span<const Item> items);

/// The places of a clause: those before the finding and those behind it complete each other; what has none of its own
/// is where the clause before is, when the two are joined closely.
std::vector<Place> placesOf(const Draft& draft, const std::vector<Draft>& before);

/// Gives the findings their assertions: triggers, scopes and terminators as ConText has them (Harkema et al.,
/// J Biomed Inform 42, 2009), with negation as NegEx (Chapman et al., J Biomed Inform 34, 2001).
void assertFindings(SentenceClauses& sentence);

} // namespace annotations
