#include "models/scoring/place_scores.h"

#include "annotations/report/place_words.h"

#include <bit>

namespace models::scoring {

namespace {

double share(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : double(part) / double(whole);
}

} // namespace

void PlaceScores::add(std::string_view reference, std::string_view candidate)
{
    const auto right = annotations::readPlaceWords(reference);
    const auto said = annotations::readPlaceWords(candidate);
    if (!right.namesSide())
        return;
    ++texts;
    sameText += reference == candidate;
    sameSides += right.sameSides(said);
    withAreas += right.areas > 0;
    sameAreas += right.areas > 0 && right.areas == said.areas;
    for (std::size_t lung = 0; lung < right.zones.size(); ++lung) {
        zonesInBoth += std::size_t(std::popcount(right.zones[lung] & said.zones[lung]));
        zonesInReference += std::size_t(std::popcount(right.zones[lung]));
        zonesInCandidate += std::size_t(std::popcount(said.zones[lung]));
    }
}

double PlaceScores::textAccuracy() const
{
    return share(sameText, texts);
}

double PlaceScores::sideAccuracy() const
{
    return share(sameSides, texts);
}

double PlaceScores::areaAccuracy() const
{
    return share(sameAreas, withAreas);
}

double PlaceScores::zoneF1() const
{
    return share(2 * zonesInBoth, zonesInReference + zonesInCandidate);
}

std::optional<int> namedSide(std::string_view text)
{
    const auto words = annotations::readPlaceWords(text);
    if (!words.namesSide())
        return std::nullopt;
    return words.zones[1] == 0 ? 0 : words.zones[0] == 0 ? 1 : 2;
}

std::optional<int> namedZone(std::string_view text, std::size_t zone)
{
    using annotations::PlaceWords;
    constexpr unsigned kBits[] = {PlaceWords::kUpper, PlaceWords::kMiddle, PlaceWords::kLower};
    const auto words = annotations::readPlaceWords(text);
    if (!words.namesSide())
        return std::nullopt;
    return (words.zones[zone / 3] & kBits[zone % 3]) != 0 ? 0 : 1;
}

} // namespace models::scoring
