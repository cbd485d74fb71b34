#pragma once

#include "annotations/report/report_text.h"
#include "annotations/report/report_tokens.h"

#include <optional>
#include <vector>

namespace annotations {

enum class Side { Left, Right, Both, Missing };

/// One place that a report names.
struct LungPlace
{
    Side side = Side::Missing;
    LungZones zones;
    bool sideAssumed = false; ///< "in the lower zones": no side is named, both are meant.
    bool allAndZones = false; ///< "all lower left lung": a slip; the zones count.
};

/// "left lower lobe and right lung base", "in the whole left lung", "lower zones of both lungs", "at both apices",
/// "middle lower left lung": the places joined by "and"; empty, with the words unmoved, when none stands here.
std::vector<LungPlace> lungPlaces(Words& words);

/// "lower zone", "all zones" without a side, as it follows one: "left lung, lower zone".
std::optional<LungZones> sidelessZones(Words& words);

/// Zones before a finding whose side stands elsewhere: "upper zone fibrosis on both sides", "basal haze".
std::optional<LungZones> zonesOfFinding(Words& words);

/// Whether the words up to the next comma name what a lung can have: "pneumonia", "airspace opacities".
bool namesLungFinding(const Words& words);

/// The same for a text.
bool namesLungFinding(std::string_view text);

/// "left", "both", "left and right"; Missing, with the words unmoved, when none stands here.
Side sideWord(Words& words);

/// Whether the word is one for a zone: "lower", "apex".
bool namesZone(std::string_view word);

} // namespace annotations
