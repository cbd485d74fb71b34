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
    if (lung)
        addZones(*lung, zones);
    else
        lung = zones;
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

bool lungsClause(Words& words, Found& found)
{
    const auto places = lungPlaces(words);
    for (const auto& place : places)
        setPlace(place, found);
    return !places.empty();
}

/// [separate] [infected] areas | [airspace] opacities: what is counted; `finding` is empty for "areas" and the like.
bool countedNoun(Words& words, std::string& finding)
{
    return words.attempt([&] {
        std::string read;
        for (int word = 0; word < 4 && !words.atEnd(); ++word) {
            const auto next = words.peek();
            if (isOneOf(next, {",", "cm", "mm", "ml", "x", "day", "days", "week", "weeks", "in", "of", "left", "right"})
                || namesZone(next))
                return false; // A measure, a place: not a number of findings.
            appendWord(read, words.next().word);
            if (isOneOf(next,
                    {"area", "areas", "region", "regions", "focus", "foci", "patch", "patches", "site", "sites", "spot",
                        "spots"}))
                return true;
            if (isOneOf(next,
                    {"opacity", "opacities", "infiltrate", "infiltrates", "consolidation", "consolidations", "nodule",
                        "nodules", "shadow", "shadows", "lesion", "lesions", "density", "densities", "mass",
                        "masses"})) {
                finding = read;
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
    Found counted = found;
    const bool matched = words.attempt([&] {
        words.accept("with");
        auto areas = times(words);
        if (!areas) {
            areas = number(words);
            if (!areas || (lungsClause(words, counted) && found.namesLung()))
                return false;
            if (!countedNoun(words, noun))
                return false;
            if (noun.empty())
                words.attempt([&] { return words.accept("of") && namesLungFinding(words); });
        }
        acceptSeen(words);
        counted.contradicts = found.contradicts || found.areas;
        counted.areas = areas;
        return true;
    });
    if (!matched)
        return false;
    if (counted.finding.empty())
        counted.finding = counted.findingWithZones = noun;
    found = std::move(counted);
    return true;
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

/// "left lung, lower zone", "bilateral, in all zones": the zones of the sides before.
bool zonesClause(Words& words, Found& found)
{
    return words.attempt([&] {
        const bool bilateral = found.laterality == "bilateral" && !found.namesLung();
        const auto zones = sidelessZones(words);
        if (!zones || !(bilateral || found.namesLung()) || found.sideless)
            return false;
        for (auto* lung : {&found.left, &found.right}) {
            if (*lung && (*lung)->any())
                return false;
            if (*lung || bilateral)
                *lung = zones;
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

/// "upper zone fibrosis"
bool acceptZonesOfFinding(Words& words, Found& found)
{
    Words before = words;
    const auto zones = zonesOfFinding(words);
    if (!zones)
        return false;
    while (before.position() < words.position())
        appendWord(found.findingWithZones, before.next().word);
    setSide(found.findingZones, *zones);
    return true;
}

/// A verb or a guess after the finding: "consolidation measuring 3 cm".
bool endsFinding(const Words& words)
{
    return isOneOf(words.peek(),
        {"has", "have", "is", "are", "was", "were", "measuring", "measures", "consistent", "compatible", "suspicious",
            "suggestive", "suggesting", "concerning", "representing", "likely", "probably", "possibly", "which"});
}

} // namespace

void addZones(LungZones& lung, const LungZones& zones)
{
    const bool whole = (lung.all() && !lung.listed) || (zones.all() && !zones.listed);
    lung.upper = lung.upper || zones.upper;
    lung.middle = lung.middle || zones.middle;
    lung.lower = lung.lower || zones.lower;
    lung.listed = lung.all() && !whole;
}

bool clause(Words& words, Found& found)
{
    return areasClause(words, found) || extentClause(words, found) || lungsClause(words, found)
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
    return words.peek() == "without"
        || (isOneOf(words.peek(), {"with", "and"}) && isOneOf(words.peek(1), {"no", "without"}));
}

void head(Words& words, Found& found)
{
    acceptOpening(words);
    while (!words.atEnd() && words.peek() != "," && !startsNegation(words)) {
        if (acceptLaterality(words, found))
            continue;
        const bool known = namesLungFinding(found.finding);
        if (found.finding.empty() || (!known && namesLungFinding(words))) {
            if (clause(words, found) || sideOfFinding(words, found)) {
                acceptOpening(words); // "in the left base there are two opacities"
                continue;
            }
            if (acceptZonesOfFinding(words, found))
                continue;
        } else if (known && found.namesSide() && endsFinding(words)) {
            break;
        }
        Found ignored = found;
        const std::size_t start = words.position();
        if (clause(words, ignored)) {
            words.goTo(start);
            break;
        }
        const auto& word = words.next().word;
        appendWord(found.finding, word);
        appendWord(found.findingWithZones, word);
    }
}

} // namespace annotations
