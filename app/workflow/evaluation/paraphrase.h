#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// One way of putting a report into words; see resources/texts/paraphrases.json for what the parts mean.
struct ParaphraseWay
{
    std::string name;
    std::array<std::string, 2> sides{"left", "right"};
    std::array<std::array<std::string, 3>, 2> zones; ///< Of the left and the right lung: upper, middle, lower.
    std::string oneZone;
    std::string someZones;
    std::string wholeLung;
    std::string lung;
    std::string zoneJoin;
    std::string lungJoin;
    std::string oneArea;
    std::string someAreas;
    std::string text;
    std::string withoutAreas;
};

/// The ways that ship with Limn.
std::vector<ParaphraseWay> ownParaphrases();

/// Throws Error(InvalidInput) naming `source` and what is wrong.
std::vector<ParaphraseWay> parseParaphrases(std::string_view json, const std::string& source);

/// What the report says in other words, sides as in the text. Nothing when the report's grammar does not understand it
/// or it names no lung.
std::optional<std::string> paraphrase(std::string_view report, const ParaphraseWay& way);

} // namespace app
