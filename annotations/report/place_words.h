#pragma once

#include <array>
#include <string_view>

namespace annotations {

/// What the words of a report say of place and number, without what is said of them: a denied place counts, too. LViT's
/// trainings choose contrast texts by it, so what it reads of a text must not change: reading.h learns, this does not.
struct PlaceWords
{
    static constexpr unsigned kUpper = 1, kMiddle = 2, kLower = 4, kAll = kUpper | kMiddle | kLower;

    int areas = 0; ///< "two infected areas"; 0: no such words.
    std::array<unsigned, 2> zones{}; ///< Of the left and of the right lung.

    bool namesSide() const { return zones[0] != 0 || zones[1] != 0; }
    bool sameSides(const PlaceWords& other) const
    {
        return (zones[0] != 0) == (other.zones[0] != 0) && (zones[1] != 0) == (other.zones[1] != 0);
    }

    friend bool operator==(const PlaceWords&, const PlaceWords&) = default;
};

/// Reads sentences such as LViT's: "Bilateral pulmonary infection, two infected areas, all left lung and middle lower
/// right lung." A side without a zone is the whole lung; "bilateral" or "both" alone are both whole lungs; numbers are
/// words up to twelve or digits, before "area" or "areas" with at most one word between.
PlaceWords readPlaceWords(std::string_view text);

/// 0..1: how far two texts say the same. The sides weigh more than the number of areas, that more than the zones.
double similarity(const PlaceWords& first, const PlaceWords& second);

} // namespace annotations
