#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace models::scoring {

/// What of a report is changed to one that does not fit its picture.
enum class TextChange {
    Side, ///< Of a text about one lung: the other one is named.
    Zone, ///< Other zones of the same lungs, the same number of areas.
    Number, ///< Another number of areas in the same zones.
    Any, ///< Another place or number.
};

inline constexpr TextChange kTextChanges[] = {TextChange::Side, TextChange::Zone, TextChange::Number, TextChange::Any};

/// "side only"
const char* nameOf(TextChange change);

/// A text that differs from `text` in this alone: its sides exchanged, else the next of `known` that does. Nothing
/// where there is none. What a text says is read as PlaceScores does.
std::optional<std::string> changedText(const std::string& text, TextChange change, const std::set<std::string>& known);

} // namespace models::scoring
