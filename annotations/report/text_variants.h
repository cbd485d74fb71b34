#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

// What a training may show in place of a text. A training that is resumed must draw the same texts again, so nothing
// here follows what reading.h learns to read.

/// Which of a text's two sides a sample is shown with.
enum class ShownSides { Both, Left, Right };

/// How many of a text's first clauses may be left out: bounds the number of variants.
inline constexpr unsigned kDroppableClauses = 3;

/// The sentence without some of its clauses (the parts between commas): bit i of `dropped` leaves out clause i, of the
/// first kDroppableClauses. The last clause, which says where, always stays. What remains is as true as the whole.
/// "unilateral pulmonary infection, one infected area, lower left lung.", 0b11 -> "lower left lung."
std::string withoutClauses(std::string_view text, unsigned dropped);

/// What a sentence about both lungs says of one of them; its count of areas is left out, since it was that of both.
/// "bilateral pulmonary infection, two infected areas, all left lung and lower right lung.", Right
/// -> "unilateral pulmonary infection, lower right lung."
/// Nothing when the last clause does not name each side once, joined by "and".
std::optional<std::string> aboutOneSide(std::string_view text, ShownSides side);

/// What may be done to a text while it is shown.
struct TextChanges
{
    bool oneSide = false; ///< aboutOneSide
    bool dropClauses = false; ///< withoutClauses
    bool mirror = false; ///< imaging::swapSideWords
};

/// Every sentence that may be shown in place of `text`, `text` first.
std::vector<std::string> shownVariants(const std::string& text, const TextChanges& changes);

/// Whether the text names one side and not the other one, nor both together.
bool namesOneSide(std::string_view text);

/// Whether the text names a height or depth within a lung or picture ("upper", "basal", "central" ...).
bool namesZone(std::string_view text);

/// Whether the text says where something is, or on how many sides: turning the picture would make it false.
bool namesPlace(std::string_view text);

} // namespace annotations
