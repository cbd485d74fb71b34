#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace app {

/// What cases are grouped by.
struct CaseFacts
{
    /// "left", "right" or "both": the halves of the PICTURE in which the true mask's areas have their centres; "none".
    std::string maskSide;
    int maskAreas = 0; ///< Connected areas of the true mask (neighbours share an edge or a corner).
    double maskPart = 0; ///< Of the picture that the true mask covers, 0..1.
    /// "left", "right" or "both" as the text names them; "not stated", also when the report's grammar does not
    /// understand it.
    std::string textSide;
    int textAreas = 0; ///< That the text names; 0: not stated.
};

/// `truth`: not 0 inside, columns x rows, row by row.
CaseFacts factsOf(std::string_view text, std::span<const std::uint8_t> truth, int columns, int rows);

} // namespace app
