#include "annotations/report/sentence_clauses.h"

#include <algorithm>

namespace annotations {

namespace {

/// "in the lower lung [fields] bilaterally": the sides stand apart from their zones.
void giveZonesToBoth(std::vector<Place>& places)
{
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
        auto& next = places[i + 1];
        const bool free = places[i].side == kNoSide && places[i].zones != 0;
        if (free && next.side == kBothSides && next.zones == 0 && !next.compared && !next.assumed) {
            next.zones = places[i].zones;
            places.erase(places.begin() + std::ptrdiff_t(i));
        }
    }
}

/// "The right lung shows basal consolidation": the zones are of the lung that is the subject.
void giveSidesToZones(std::vector<Place>& places)
{
    for (std::size_t i = 0; i + 1 < places.size();) {
        const auto subject = places[i];
        const bool lung = subject.side != kNoSide && subject.zones == 0 && !subject.compared;
        bool given = false;
        for (auto next = i + 1; lung && next < places.size() && (places[next].side == kNoSide || places[next].assumed)
             && places[next].zones != 0;
             ++next) {
            places[next].side = subject.side;
            places[next].assumed = subject.side == kBothSides; // A side behind it says more.
            given = true;
        }
        if (given)
            places.erase(places.begin() + std::ptrdiff_t(i));
        else
            ++i;
    }
}

/// "upper lobe opacities on the right", "left opacity at the base".
void completeEachOther(std::vector<Place>& before, std::vector<Place>& after)
{
    giveZonesToBoth(after);
    giveSidesToZones(before);
    int last = kNoSide;
    for (auto& place : after) { // "in the left lung, all in the lower zone"
        if (place.side == kNoSide || (place.assumed && last != kNoSide)) {
            place.side = last;
            place.assumed = false;
        } else {
            last = place.side;
        }
    }
    int zones = 0, sides = 0;
    bool unsided = false;
    for (const auto& place : before) {
        const bool free = place.side == kNoSide || place.assumed;
        unsided = unsided || free;
        zones |= free ? place.zones : 0;
        sides |= free ? 0 : place.side;
    }
    bool given = false;
    for (auto& place : after) {
        if (unsided && zones != 0 && place.side != kNoSide && !place.assumed && (place.zones == 0 || !given)) {
            if (place.zones == 0 || after.size() == 1)
                place.zones |= zones;
            given = true;
        }
    }
    if (given)
        std::erase_if(before, [](const Place& place) { return place.side == kNoSide || place.assumed; });
    const bool zonesBefore =
        std::any_of(before.begin(), before.end(), [](const Place& place) { return place.zones != 0; });
    bool taken = false;
    for (auto& place : after)
        if (sides != 0 && !zonesBefore && (place.side == kNoSide || place.assumed)) {
            place.side = sides;
            place.assumed = false;
            taken = true;
        }
    if (taken)
        before.clear();
    // "bilateral opacities in the left base": said to be on both sides, shown on one.
    if (sides == kBothSides && before.size() == 1 && before[0].zones == 0 && !before[0].compared) {
        int named = 0;
        for (const auto& place : after)
            named |= place.assumed ? 0 : place.side;
        if (named == kBothSides)
            before.clear();
        else if (named != 0)
            before[0].contradicts = true;
    }
}

/// The places that a clause leaves out, on the side that it is about.
std::vector<Place> exceptedOf(const Clause& clause)
{
    int sides = 0;
    for (const auto& place : clause.places)
        sides |= place.side;
    auto places = clause.excepted;
    for (auto& place : places)
        if (place.side == kNoSide || (place.assumed && sides != kNoSide))
            place.side = sides;
    return places;
}

/// What has no place of its own is where the clause before is: "effusion with consolidation", "opacity, likely
/// pneumonia".
std::vector<Place> inherited(const Draft& draft, const std::vector<Draft>& drafts, std::vector<Place> own)
{
    const bool joined = draft.join == Join::With || draft.join == Join::Link || draft.join == Join::Near;
    if (own.empty() && !drafts.empty() && drafts.back().clause.clear && !drafts.back().clause.excepted.empty())
        return exceptedOf(drafts.back().clause); // "clear except for the base, which is consolidated"
    if (drafts.empty() || !joined || draft.clause.mentions.empty() || drafts.back().clause.clear
        || drafts.back().clause.mentions.empty())
        return own;
    const auto isLungs = [](Concept kind) { return kind <= Concept::Scarring && kind != Concept::Cardiomegaly; };
    if (!isLungs(drafts.back().clause.mentions.back().kind) || !isLungs(draft.clause.mentions.front().kind))
        return own;
    auto places = drafts.back().clause.places;
    if (own.empty()) {
        if (draft.join != Join::Link)
            for (auto& place : places)
                place.zones = draft.join == Join::Near ? place.zones : 0; // An effusion's side tells no zone.
        return places;
    }
    int sides = 0;
    for (const auto& place : places)
        sides |= place.side;
    for (auto& place : own)
        if (place.side == kNoSide)
            place.side = sides;
    return own;
}

} // namespace

std::vector<Place> placesOf(const Draft& draft, const std::vector<Draft>& drafts)
{
    auto before = draft.before;
    auto after = draft.after;
    const auto named = [](const std::vector<Place>& places) {
        return std::any_of(places.begin(), places.end(), [](const Place& place) { return !place.generic; });
    };
    if (named(before) || named(after)) {
        const auto isGeneric = [](const Place& place) { return place.generic; };
        std::erase_if(before, isGeneric);
        std::erase_if(after, isGeneric);
    }
    if (draft.topicOnly && !after.empty()) {
        int sides = 0, zones = 0, sidedZones = 0;
        for (const auto& place : before) {
            sides |= place.side;
            zones |= place.side == kNoSide || place.side == kBothSides ? place.zones & kZones : 0;
            sidedZones |= place.side == kNoSide ? 0 : place.zones & kZones;
        }
        for (auto& place : after) // "Both lungs: upper zone opacity on the right"
            place.zones = place.zones == 0 ? zones : place.zones;
        const bool allSided = std::all_of(
            after.begin(), after.end(), [](const Place& place) { return place.side != kNoSide && !place.assumed; });
        if (allSided) {
            for (auto& place : after) // "The left lung shows opacity in the right base."
                place.contradicts = place.contradicts || (sides != kNoSide && (place.side & sides) == 0)
                    || (sidedZones != 0 && place.zones != 0 && (place.zones & sidedZones) == 0);
            return after;
        }
        for (auto& place : after)
            if (place.side == kNoSide || (place.assumed && sides != 0)) {
                place.side = sides;
                place.assumed = false;
            }
        return after;
    }
    completeEachOther(before, after);
    before.insert(before.end(), after.begin(), after.end());
    return inherited(draft, drafts, std::move(before));
}

} // namespace annotations
