#include "annotations/report/finding_words.h"

#include "annotations/report/report_places.h"
#include "annotations/report/report_words.h"

#include <algorithm>

namespace annotations {

namespace {

std::vector<Item> itemsOf(std::string_view text)
{
    auto sentences = sentencesOf(text, Language::English);
    return sentences.empty() ? std::vector<Item>() : std::move(sentences.front());
}

/// Where a place begins at an item; moves behind it. Empty where none does.
std::vector<PlaceOrJoint> placesAt(const std::vector<Item>& items, std::size_t& at)
{
    const auto kind = items[at].kind;
    const bool place = kind == Kind::Side || kind == Kind::Zone || kind == Kind::Lung || kind == Kind::Whole;
    return place ? readPlaces(items, at) : std::vector<PlaceOrJoint>();
}

/// "there is a", "unilateral"
bool opens(const Item& item)
{
    return item.kind == Kind::There || item.kind == Kind::Article || item.kind == Kind::Heading
        || item.kind == Kind::Preposition || item.kind == Kind::Verb || item.kind == Kind::And
        || item.word == "unilateral";
}

/// Whether the words from an item on are the fields': a place, an extent.
bool isField(const std::vector<Item>& items, std::size_t at)
{
    return items[at].kind == Kind::Extent || !placesAt(items, at).empty();
}

/// Behind the last word of the finding, without "in the".
std::size_t endOfFinding(const std::vector<Item>& items, std::size_t begin)
{
    auto end = begin;
    while (end < items.size() && (end == begin || !isField(items, end)))
        ++end;
    const auto joins = [&](const Item& item) {
        return item.kind == Kind::Preposition || item.kind == Kind::Article || item.kind == Kind::And
            || item.kind == Kind::With;
    };
    while (end > begin && end < items.size() && joins(items[end - 1]))
        --end;
    return end;
}

FindingWords cleanOnce(std::string_view text)
{
    const auto items = itemsOf(text);
    FindingWords clean;
    std::size_t at = 0, zonesAt = items.size();
    LungZones zones;
    for (bool more = true; more && at < items.size();) {
        const auto begin = at;
        for (const auto& one : placesAt(items, at)) {
            zones.upper = zones.upper || (one.place.zones & kUpper) != 0;
            zones.middle = zones.middle || (one.place.zones & kMiddle) != 0;
            zones.lower = zones.lower || (one.place.zones & kLower) != 0;
        }
        for (auto i = begin; i < at && zonesAt == items.size(); ++i)
            zonesAt = items[i].kind == Kind::Zone ? i : zonesAt;
        if (at == begin && opens(items[at]))
            ++at;
        more = at > begin;
    }
    if (at >= items.size())
        return clean;
    const auto end = endOfFinding(items, at);
    const auto slice = [&](std::size_t begin) {
        return std::string(text.substr(items[begin].begin, items[end - 1].end - items[begin].begin));
    };
    clean.finding = slice(at);
    clean.withZones = slice(std::min(at, zonesAt));
    if (zones.any()) {
        zones.involved = true;
        zones.listed = zones.all();
        clean.zones = zones;
    }
    return clean;
}

} // namespace

FindingWords cleanFinding(std::string_view finding)
{
    const auto text = lowerCase(trimmed(finding.substr(0, finding.find_first_of(",.;()[]\n\r"))));
    auto clean = cleanOnce(text);
    while (true) { // What is taken out may bring the words of another place together.
        auto again = cleanOnce(clean.withZones);
        if (again.withZones == clean.withZones)
            return again;
        clean = std::move(again);
    }
}

bool isNegated(std::string_view finding)
{
    const auto items = itemsOf(finding);
    return std::any_of(items.begin(), items.end(), [](const Item& item) {
        const auto kind = item.kind;
        return kind == Kind::Deny || kind == Kind::DenyEither || kind == Kind::Clear || kind == Kind::Resolve
            || kind == Kind::Question || kind == Kind::History || kind == Kind::Person;
    });
}

} // namespace annotations
