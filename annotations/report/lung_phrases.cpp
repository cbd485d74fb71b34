#include "annotations/report/lung_phrases.h"

#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>

namespace annotations {

namespace {

enum class Noun { None, One, Many };

/// zone | lobe | third ...: what a zone is called.
Noun zoneNoun(Words& words)
{
    if (words.acceptOne({"zone", "lobe", "field", "third", "region", "part", "portion"}))
        return Noun::One;
    return words.acceptOne({"zones", "lobes", "fields", "thirds", "regions", "parts", "portions"}) ? Noun::Many
                                                                                                   : Noun::None;
}

struct Zones
{
    LungZones zones;
    Noun noun = Noun::None;
    int count = 0;
    Side implied = Side::Missing; ///< The lingula is the left lung's, the middle lobe the right one's.
};

/// One zone's word; base and apex need no noun.
bool zoneWord(Words& words, Zones& found)
{
    if (isOneOf(words.peek(1), {"segment", "segments"}))
        return false; // The superior segment is the lower lobe's.
    if (words.acceptOne({"upper", "apical", "superior"}))
        found.zones.upper = true;
    else if (words.acceptOne({"middle", "mid"})) {
        found.zones.middle = true;
        found.implied = words.peek() == "lobe" ? Side::Right : Side::Missing;
    } else if (words.accept("lingular")) {
        found.zones.middle = true;
        found.implied = Side::Left;
    } else if (words.acceptOne({"lower", "basal", "basilar", "inferior"}))
        found.zones.lower = true;
    else if (words.accept("lingula")) {
        found.zones.middle = true;
        found.noun = Noun::One;
        found.implied = Side::Left;
    } else if (words.acceptOne({"base", "bases"})) {
        found.zones.lower = true;
        found.noun = Noun::One;
    } else if (words.acceptOne({"apex", "apices", "apexes"})) {
        found.zones.upper = true;
        found.noun = Noun::One;
    } else
        return false;
    ++found.count;
    return true;
}

bool isPlural(std::string_view word)
{
    return isOneOf(word, {"bases", "apices", "apexes"});
}

/// upper [,] middle [and] lower [zones]; upper zone and middle zone
Zones zoneList(Words& words)
{
    Zones found;
    found.zones.involved = true;
    const auto one = [&](Zones& zones) {
        const bool many = isPlural(words.peek());
        if (!zoneWord(words, zones))
            return false;
        if (many)
            zones.noun = Noun::Many;
        return true;
    };
    while (words.attempt([&] {
        auto more = found;
        if (found.count > 0)
            words.acceptOne({",", "and", "to"});
        if (!one(more))
            return false;
        words.attempt([&] { // "lung" and the zone's noun: "upper lung zone", not "upper lung".
            words.accept("lung");
            const Noun noun = zoneNoun(words);
            more.noun = noun == Noun::None ? more.noun : noun;
            return noun != Noun::None;
        });
        // After "left upper zone", "and lower right lung" begins another place, "and lower zone" does not.
        if (found.noun != Noun::None
            && (more.noun == Noun::None || isOneOf(words.peek(), {"of", "in", "left", "right"})))
            return false;
        found = more;
        return true;
    })) { }
    return found;
}

bool isWholeWord(Words& words)
{
    return words.acceptOne({"all", "whole", "entire", "complete"});
}

/// What a place begins with, and whether it says more than that a place follows.
struct Preposition
{
    bool any = false;
    bool on = false;
    bool throughout = false;
};

/// [is] [seen] (in | at | involving | throughout ...) [the]
Preposition prepositions(Words& words)
{
    Preposition found;
    if (numberOf(words.peek()) && isOneOf(words.peek(1), {"in", "at"}))
        words.next(); // "one in the left base and one in the right"
    words.acceptOne({"which", "that"});
    words.acceptOne({"is", "are"});
    words.acceptOne(
        {"seen", "noted", "present", "visible", "found", "located", "localised", "localized", "confined", "scattered"});
    while (true) {
        if (words.accept("throughout"))
            found.any = found.throughout = true;
        else if (words.accept("on"))
            found.any = found.on = true;
        else if (words.acceptOne({"in", "at", "of", "within", "over", "to", "through", "involving", "involves",
                     "involve", "affecting", "affects", "affect"}))
            found.any = true;
        else
            break;
    }
    words.accept("the");
    return found;
}

/// [of | in] [the] [whole] left lung; the preposition only behind zones.
Side sideOfLung(Words& words, bool zones, bool& whole)
{
    Side side = Side::Missing;
    words.attempt([&] {
        if (zones || whole)
            words.acceptOne({"of", "in"});
        words.accept("the");
        whole = isWholeWord(words) || whole;
        side = sideWord(words);
        const bool lungs = words.peek() == "lungs";
        if (!words.acceptOne({"lung", "lungs", "hemithorax"}))
            side = Side::Missing;
        else if (side == Side::Missing && lungs)
            side = Side::Both;
        return side != Side::Missing;
    });
    return side;
}

/// bilateral | on the left [side] | on both sides
Side sideAfterwards(Words& words)
{
    Side side = Side::Missing;
    if (words.accept("bilateral"))
        return Side::Both;
    words.attempt([&] {
        if (!words.accept("on"))
            return false;
        words.accept("the");
        side = sideWord(words);
        words.acceptOne({"side", "sides"});
        return side != Side::Missing;
    });
    return side;
}

/// "left lower and right upper lobes", "left basal consolidation": the noun is left out.
bool nounIsLeftOut(Words words)
{
    if (namesLungFinding(words))
        return true;
    return words.acceptOne({"and", ","}) && sideWord(words) != Side::Missing;
}

void acceptAfterwards(Words& words, bool& whole)
{
    if (words.acceptOne({"throughout", "diffusely"}))
        whole = true;
    words.attempt([&] {
        words.acceptOne({"is", "are"});
        words.accept("also");
        return words.acceptOne({"involved", "affected", "seen", "noted", "present", "visible"});
    });
}

/// The parts of a place as they are read.
struct Parts
{
    Side side = Side::Missing;
    Zones zones;
    bool whole = false;
    bool lung = false; ///< "lung" stands there.
    bool sideAssumed = false;
};

bool acceptLung(Words& words)
{
    return words.acceptOne({"lung", "lungs", "hemithorax"});
}

/// left lower zone | both bases | right lung [base] | left mid and lower zones | on the left [side]
bool sideThenZones(Words& words, const Preposition& preposition, Parts& parts)
{
    return words.attempt([&] {
        parts.side = sideWord(words);
        if (parts.side == Side::Missing)
            return false;
        parts.lung = acceptLung(words);
        parts.zones = zoneList(words);
        const bool zones = parts.zones.count > 0;
        if (zones && parts.zones.noun == Noun::None)
            parts.lung = acceptLung(words) || parts.lung; // "left lower lung"
        if (parts.lung || parts.zones.noun != Noun::None) {
            words.attempt([&] {
                if (!words.accept("of"))
                    return false;
                words.accept("the");
                return words.accept("lung");
            });
            return true;
        }
        if (zones)
            return nounIsLeftOut(words);
        if (words.attempt([&] { // Beside the heart or hilum: a side without a zone.
                return words.acceptOne(
                           {"perihilar", "infrahilar", "suprahilar", "hilar", "retrocardiac", "paracardiac"})
                    && (words.accept("area") || zoneNoun(words) != Noun::None);
            }))
            return true;
        words.acceptOne({"side", "sides"});
        return preposition.on;
    });
}

/// (all | whole) left lung | middle lower left lung | lower zones of both lungs | lower zone on the left | the lower
/// zones
bool zonesThenSide(Words& words, const Preposition& preposition, Parts& parts)
{
    return words.attempt([&] {
        words.attempt([&] { return words.accept("lung") && namesZone(words.peek()); }); // "lung bases"
        parts.zones = zoneList(words);
        const bool zones = parts.zones.count > 0;
        parts.side = sideOfLung(words, zones, parts.whole);
        parts.lung = parts.side != Side::Missing;
        if (parts.lung)
            return parts.side != Side::Both || zones || parts.whole || preposition.any;
        parts.lung = (parts.whole || zones) && words.accept("lung"); // "all lung": a slip in the training texts.
        if (!parts.lung && parts.zones.noun == Noun::None) {
            parts.side = parts.zones.count == 1 ? parts.zones.implied : Side::Missing; // "lingular pneumonia"
            return parts.side != Side::Missing && namesLungFinding(words);
        }
        parts.side = sideAfterwards(words);
        if (parts.side == Side::Missing && parts.zones.count == 1)
            parts.side = parts.zones.implied;
        if (parts.side == Side::Missing && parts.zones.noun == Noun::Many && parts.zones.count == 1) {
            parts.side = preposition.any ? Side::Both : Side::Missing;
            parts.sideAssumed = preposition.any;
        }
        return parts.lung || parts.side != Side::Missing;
    });
}

LungPlace placeOf(const Parts& parts)
{
    LungPlace place{parts.side, parts.zones.zones, parts.sideAssumed, false};
    const bool zones = parts.zones.count > 0;
    place.zones.involved = true;
    place.zones.listed = zones && place.zones.all();
    place.allAndZones = parts.whole && zones;
    if (parts.whole && !zones)
        place.zones.upper = place.zones.middle = place.zones.lower = true;
    return place;
}

std::optional<LungPlace> lungPlace(Words& words)
{
    Parts parts;
    const bool found = words.attempt([&] {
        const auto preposition = prepositions(words);
        parts.whole = isWholeWord(words) || preposition.throughout;
        if (parts.whole) // "all lobes of the left lung", "all of the left lung"
            words.attempt([&] {
                zoneNoun(words);
                return words.peek() == "of";
            });
        if (!sideThenZones(words, preposition, parts) && !zonesThenSide(words, preposition, parts))
            return false;
        acceptAfterwards(words, parts.whole);
        return true;
    });
    return found ? std::optional(placeOf(parts)) : std::nullopt;
}

} // namespace

Side sideWord(Words& words)
{
    const auto other = [&](std::string_view word) {
        return words.attempt([&] { return (words.accept("and") || words.accept("/")) && words.accept(word); });
    };
    if (words.accept("left"))
        return other("right") ? Side::Both : Side::Left;
    if (words.accept("right"))
        return other("left") ? Side::Both : Side::Right;
    return words.accept("both") ? Side::Both : Side::Missing;
}

bool namesZone(std::string_view word)
{
    return isOneOf(word,
        {"upper", "apical", "superior", "apex", "apices", "apexes", "middle", "mid", "lingular", "lingula", "lower",
            "basal", "basilar", "inferior", "base", "bases"});
}

std::vector<LungPlace> lungPlaces(Words& words)
{
    std::vector<LungPlace> places;
    if (const auto first = lungPlace(words))
        places.push_back(*first);
    while (!places.empty() && words.attempt([&] {
        const auto place = words.accept("and") ? lungPlace(words) : std::nullopt;
        if (place)
            places.push_back(*place);
        return place.has_value();
    })) { }
    return places;
}

std::optional<LungZones> sidelessZones(Words& words)
{
    std::optional<LungZones> result;
    words.attempt([&] {
        const auto preposition = prepositions(words);
        if (isWholeWord(words) && zoneNoun(words) != Noun::None) {
            bool whole = true;
            acceptAfterwards(words, whole);
            result = LungZones{true, true, true, true, false};
            return true;
        }
        if (preposition.any)
            words.accept("the");
        const auto listed = zoneList(words);
        if (listed.count == 0 || listed.noun == Noun::None)
            return false;
        result = listed.zones;
        result->listed = result->all();
        return true;
    });
    return result;
}

std::optional<LungZones> zonesOfFinding(Words& words)
{
    std::optional<LungZones> result;
    words.attempt([&] {
        const auto listed = zoneList(words);
        if (listed.count == 0 || words.peek() == "of" || !namesLungFinding(words))
            return false;
        result = listed.zones;
        result->listed = result->all();
        return true;
    });
    return result;
}

bool namesLungFinding(const Words& given)
{
    constexpr std::array<std::string_view, 37> kStems{"infect", "pneumon", "bronchopneumon", "hydropneumothora",
        "white-out", "consolidat", "opaci", "infiltrat", "effusion", "atelecta", "pneumothora", "edema", "oedema",
        "nodul", "ground-glass", "ggo", "airspace", "air-space", "covid", "shadow", "fibro", "mass", "lesion",
        "collaps", "haze", "haziness", "densit", "cavit", "abscess", "tubercul", "haemorrhage", "hemorrhage",
        "emphysem", "interstitial", "reticul", "tumo", "metasta"};
    Words words = given;
    while (!words.atEnd() && words.peek() != ",") {
        const auto word = words.next().word;
        if (std::any_of(kStems.begin(), kStems.end(), [&](std::string_view stem) { return word.starts_with(stem); }))
            return true;
    }
    return false;
}

bool namesLungFinding(std::string_view text)
{
    const auto tokens = tokensOf(text);
    return namesLungFinding(Words(tokens));
}

} // namespace annotations
