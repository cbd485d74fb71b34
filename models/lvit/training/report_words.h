#pragma once

#include <array>
#include <string_view>

namespace models::lvit {

/// What the words of a report say of place and number, so far as they are understood.
struct ReportWords
{
    static constexpr unsigned kUpper = 1, kMiddle = 2, kLower = 4, kAll = kUpper | kMiddle | kLower;

    int areas = 0; ///< "two infected areas"; 0: no such words.
    std::array<unsigned, 2> zones{}; ///< Of the left and of the right lung.

    bool namesSide() const { return zones[0] != 0 || zones[1] != 0; }
    bool sameSides(const ReportWords& other) const
    {
        return (zones[0] != 0) == (other.zones[0] != 0) && (zones[1] != 0) == (other.zones[1] != 0);
    }

    friend bool operator==(const ReportWords&, const ReportWords&) = default;
};

/// Reads sentences such as LViT's: "Bilateral pulmonary infection, two infected areas, all left lung and middle lower
/// right lung." A side without a zone is the whole lung; "bilateral" or "both" alone are both whole lungs; numbers are
/// words up to twelve or digits, before "area" or "areas" with at most one word between.
ReportWords readReportWords(std::string_view text);

/// 0..1: how far two texts say the same. The sides weigh more than the number of areas, that more than the zones.
double similarity(const ReportWords& first, const ReportWords& second);

} // namespace models::lvit
