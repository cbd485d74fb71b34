#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace models::scoring {

/// How far texts say of side, zone and number of areas what others say, as LViT's reports put it
/// (annotations/report/place_words.h): six zones, three of each lung.
struct PlaceScores
{
    std::size_t texts = 0; ///< References that name a side.
    std::size_t sameText = 0; ///< Letter for letter.
    std::size_t sameSides = 0;
    std::size_t sameAreas = 0; ///< Of those whose reference names a number of areas.
    std::size_t withAreas = 0;
    std::size_t zonesInBoth = 0;
    std::size_t zonesInReference = 0;
    std::size_t zonesInCandidate = 0;

    /// A reference that names no side is not counted: there is nothing to compare.
    void add(std::string_view reference, std::string_view candidate);

    double textAccuracy() const; ///< 0..1; 0 when nothing was counted, as the others.
    double sideAccuracy() const; ///< The same lungs are named.
    double areaAccuracy() const;
    double zoneF1() const; ///< Over all zones of all texts together (micro).
};

/// Which lungs a text names: 0 the left one, 1 the right one, 2 both; nothing where it names none.
std::optional<int> namedSide(std::string_view text);

inline constexpr const char* kZones[] = {
    "upper left", "middle left", "lower left", "upper right", "middle right", "lower right"};

/// Of a text that names a lung: 0 where it names this zone (a place in kZones), 1 where it does not.
std::optional<int> namedZone(std::string_view text, std::size_t zone);

} // namespace models::scoring
