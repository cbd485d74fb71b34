#pragma once

#include "annotations/report/reading.h"
#include "annotations/report/report_findings.h"
#include "annotations/report/report_items.h"
#include "annotations/report/report_places.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annotations {

/// A finding that a sentence names.
struct Mention
{
    std::string words;
    Concept kind = Concept::Other;
    std::size_t phrase = 0; ///< Its (last) phrase.
    Assertion assertion = Assertion::Present;
    std::size_t first = 0; ///< The phrase that its words begin with.
};

/// A clause: findings that are named together, with their places.
struct Clause
{
    std::vector<Mention> mentions;
    std::vector<Place> places;
    std::vector<Place> excepted;
    std::vector<Place> earlier; ///< "consolidation left, previously right": where it was.
    bool clear = false; ///< It says that the places are normal.
    bool otherwise = false; ///< "the remaining lung": not at the places of other clauses.
    bool ambiguous = false; ///< Whether a negation before reaches it is not clear.
    bool contradicts = false;
    bool unknownWords = false;
    bool bare = false; ///< Nothing but a place and joints.
    int areas = 0;
    Extent extent = Extent::NotStated;
    std::size_t begin = 0; ///< Bytes of the text.
    std::size_t end = 0;
};

/// What a sentence says.
struct SentenceReading
{
    std::vector<Clause> clauses;
    bool takesBack = false; ///< "It has resolved.": what the sentence before names is gone.
    int heading = 0; ///< Item::value of the heading that it begins with; 0: none.
};

SentenceReading readSentence(std::span<const Item> items);

} // namespace annotations
