#pragma once

#include "annotations/report/report_items.h"
#include "annotations/report/report_text.h"

#include <span>
#include <vector>

namespace annotations {

/// Sides of a place as bits.
enum SideBits { kNoSide = 0, kLeftSide = 1, kRightSide = 2, kBothSides = 3 };

/// One place that a report names: "left lower lobe", "both bases", "basal".
struct Place
{
    int side = kNoSide;
    int zones = 0; ///< ZoneBits; 0: none is named.
    bool noun = false; ///< "lobe", "lung", "side" stands there: the words are a place by themselves.
    bool generic = false; ///< "the lungs".
    bool assumed = false; ///< "in the lower zones": both sides are meant.
    bool whole = false;
    bool emphasised = false; ///< "predominantly right lower"
    bool compared = false; ///< "right greater than left"
    bool contradicts = false; ///< "left lower lobe of the right lung"
    bool adverb = false; ///< "rechts": a side that no noun has to follow.
    bool sideFirst = false; ///< "left lower", not "lower zone on the left".
    bool behindPreposition = false;
    std::size_t begin = 0; ///< Bytes of the text.
    std::size_t end = 0;
};

/// A place, or the joint between two ("and", ",").
struct PlaceOrJoint
{
    bool isPlace = false;
    Place place;
    Item joint;
};

/// Reads the places that begin at an item, with the joints between them; moves `at` behind them. Empty, with `at`
/// unmoved, when none begins here.
std::vector<PlaceOrJoint> readPlaces(std::span<const Item> items, std::size_t& at);

} // namespace annotations
