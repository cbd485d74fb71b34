#pragma once

#include <string>
#include <string_view>

namespace annotations {

/// Whose sides a text says that it means: "the picture's left", "left in the image", "on the patient's right", "links im
/// Bild". Only where a side is named beside it.
struct SideFrames
{
    bool picture = false;
    bool patient = false;
    std::string words; ///< The first of these, as it stands in the text.
    std::string without; ///< The text without the words that say whose: "lower lung on the left".
};

SideFrames sideFramesIn(std::string_view text);

} // namespace annotations
