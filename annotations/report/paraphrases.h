#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// Other ways of saying what a sentence in the wording of LViT's training texts says: other styles, synonyms,
/// abbreviations and orders, drawn by `seed`. Its sides, zones and numbers stay; a sentence of which clauses were left
/// out (withoutClauses) stays as short. "unilateral pulmonary infection, one infected area, lower left lung." -> "There
/// is pneumonia in the lower part of the left lung (one area)." At most `count`, all different, none the sentence
/// itself; none for other texts. For trainings, which must draw the same again: nothing here follows what reading.h
/// learns to read.
std::vector<std::string> paraphrasesOf(std::string_view sentence, std::size_t count, std::uint64_t seed);

} // namespace annotations
