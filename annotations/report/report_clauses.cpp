#include "annotations/report/report_clauses.h"

#include "annotations/report/report_words.h"

#include <algorithm>

namespace annotations {

namespace {

void appendWord(std::string& text, const std::string& word)
{
    if (!text.empty())
        text += ' ';
    text += word;
}

void acceptSeen(Words& words)
{
    words.attempt([&] {
        words.acceptOne({"is", "are"});
        return words.acceptOne({"seen", "noted", "present", "visible", "found", "identified", "involved", "affected"});
    });
}

/// two | a single | 2
std::optional<int> number(Words& words)
{
    std::optional<int> result;
    words.attempt([&] {
        words.acceptOne({"a", "an"});
        if (words.acceptOne({"single", "solitary"}))
            result = 1;
        else if (!words.atEnd())
            result = numberOf(words.next().word);
        return result.has_value();
    });
    return result;
}

/// x2
std::optional<int> times(Words& words)
{
    const auto word = words.peek();
    const auto result = word.starts_with('x') ? numberOf(word.substr(1)) : std::nullopt;
    if (result)
        words.next();
    return result;
}

void setSide(std::optional<LungZones>& lung, const LungZones& zones)
{
    if (!lung) {
        lung = zones;
        return;
    }
    const bool whole = (lung->all() && !lung->listed) || (zones.all() && !zones.listed);
    lung->upper = lung->upper || zones.upper;
    lung->middle = lung->middle || zones.middle;
    lung->lower = lung->lower || zones.lower;
    lung->listed = lung->all() && !whole;
}

void setPlace(const LungPlace& place, Found& found)
{
    if (place.side == Side::Left || place.side == Side::Both)
        setSide(found.left, place.zones);
    if (place.side == Side::Right || place.side == Side::Both)
        setSide(found.right, place.zones);
    if (place.side == Side::Missing)
        setSide(found.sideless, place.zones);
    if (place.allAndZones)
        found.warnings.emplace_back("The text says both \"all\" and single zones; the zones were taken.");
    if (place.sideAssumed)
        found.warnings.emplace_back("The text does not say which lung; both were taken.");
}

bool lungsClause(Words& words, Found& found, Bilateral bilateral)
{
    const auto places = lungPlaces(words, bilateral);
    for (const auto& place : places)
        setPlace(place, found);
    return !places.empty();
}

/// [airspace] opacities: a finding that can be counted.
bool findingNoun(Words& words, std::string& noun)
{
    return words.attempt([&] {
        std::string read;
        for (int word = 0; word < 3 && !words.atEnd() && words.peek() != ","; ++word) {
            if (isOneOf(words.peek(), {"cm", "mm", "ml", "x", "day", "days", "week", "weeks"}))
                return false; // A measure, not a number of findings.
            const bool counted = isOneOf(words.peek(),
                {"opacity", "opacities", "infiltrate", "infiltrates", "consolidation", "consolidations", "nodule",
                    "nodules", "shadow", "shadows", "lesion", "lesions", "density", "densities", "mass", "masses"});
            appendWord(read, words.next().word);
            if (counted) {
                noun = read;
                return true;
            }
        }
        return false;
    });
}

/// [with] two [separate] [infected] areas [of] | two [left lower lobe] opacities | x2
bool areasClause(Words& words, Found& found)
{
    std::string noun;
    const bool matched = words.attempt([&] {
        words.accept("with");
        auto areas = times(words);
        if (!areas) {
            areas = number(words);
            Found place;
            if (!areas || (lungsClause(words, place, Bilateral::IsAdjective) && found.namesLung()))
                return false;
            while (words.acceptOne({"separate", "distinct", "discrete", "isolated", "small", "large", "focal", "patchy",
                "infected", "affected", "involved", "abnormal"})) { }
            if (words.acceptOne({"area", "areas", "region", "regions", "focus", "foci", "patch", "patches", "site",
                    "sites", "spot", "spots"})) {
                words.attempt([&] { return words.accept("of") && namesLungFinding(words); });
            } else if (!findingNoun(words, noun)) {
                return false;
            }
            if (place.namesLung()) {
                found.left = place.left;
                found.right = place.right;
            }
        }
        acceptSeen(words);
        found.contradicts = found.contradicts || found.areas;
        found.areas = areas;
        return true;
    });
    if (matched && found.finding.empty())
        found.finding = noun;
    return matched;
}

/// [of] mild extent
bool extentClause(Words& words, Found& found)
{
    return words.attempt([&] {
        words.accept("of");
        std::optional<Extent> extent;
        if (words.accept("mild"))
            extent = Extent::Mild;
        else if (words.accept("moderate"))
            extent = Extent::Moderate;
        else if (words.accept("severe"))
            extent = Extent::Severe;
        if (!extent || !words.accept("extent"))
            return false;
        found.contradicts = found.contradicts || found.extent;
        found.extent = extent;
        return true;
    });
}

/// "left lung, lower zone": the zone belongs to the side before it.
bool zonesClause(Words& words, Found& found)
{
    return words.attempt([&] {
        const auto place = sidelessZones(words);
        if (!place || !found.namesLung() || found.sideless)
            return false;
        for (auto* lung : {&found.left, &found.right}) {
            if (*lung && (*lung)->any())
                return false;
            if (*lung)
                *lung = place->zones;
        }
        return true;
    });
}

/// "left pleural effusion"
bool sideOfFinding(Words& words, Found& found)
{
    return words.attempt([&] {
        LungPlace place;
        place.side = sideWord(words);
        if (place.side == Side::Missing || !namesLungFinding(words))
            return false;
        place.zones.involved = true;
        setPlace(place, found);
        return true;
    });
}

} // namespace

bool clause(Words& words, Found& found, Bilateral bilateral)
{
    return areasClause(words, found) || extentClause(words, found) || lungsClause(words, found, bilateral)
        || zonesClause(words, found);
}

bool acceptLaterality(Words& words, Found& found)
{
    if (words.peek() != "bilateral" && words.peek() != "unilateral")
        return false;
    found.laterality = words.next().word;
    return true;
}

void acceptOpening(Words& words)
{
    words.attempt([&] {
        return words.acceptOne({"findings", "impression", "conclusion", "opinion", "report"}) && words.accept(",");
    });
    words.attempt([&] {
        if (!words.accept("there") || !words.acceptOne({"is", "are"}))
            return false;
        words.attempt([&] { return words.accept("evidence") && words.accept("of"); });
        const auto article = words.position();
        if (words.acceptOne({"a", "an"}) && words.acceptOne({"single", "solitary"}))
            words.goTo(article);
        return true;
    });
}

bool startsNegation(const Words& words)
{
    const bool joined = isOneOf(words.peek(), {"with", "and"});
    return isOneOf(words.peek(joined ? 1 : 0), {"no", "without"});
}

void head(Words& words, Found& found, Bilateral bilateral)
{
    acceptOpening(words);
    while (lungsClause(words, found, bilateral) || acceptLaterality(words, found) || areasClause(words, found)
        || sideOfFinding(words, found)) { }
    if (!found.finding.empty())
        return;
    Found ignored;
    while (!words.atEnd() && words.peek() != "," && !startsNegation(words)) {
        const std::size_t start = words.position();
        if (clause(words, ignored, bilateral)) {
            words.goTo(start);
            break;
        }
        appendWord(found.finding, words.next().word);
    }
}

} // namespace annotations
