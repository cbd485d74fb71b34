#pragma once

#include "annotations/report/report_items.h"
#include "annotations/report/report_places.h"

#include <span>
#include <string>
#include <vector>

namespace annotations {

/// A phrase of a sentence, with places read.
struct Phrasing
{
    Kind kind = Kind::Word;
    int value = 0;
    bool isPlace = false;
    Place place;
    std::string word;
    std::size_t begin = 0;
    std::size_t end = 0;
    bool missing = false; ///< As Item::missing.
};

/// Whether a phrase may stand between a place and its finding.
bool isTransparent(Kind kind);

/// "and", "or", ",".
bool isJoint(Kind kind);

/// The phrases of a sentence with its places read; sides of what is no lung ("right heart border") are the anatomy's.
std::vector<Phrasing> phrasingsOf(std::span<const Item> items);

} // namespace annotations
