#pragma once

#include "imaging/laterality.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// How doubtful a model's mask of one case is: what the review queue is ordered by. Each score is 0..1, higher is
/// worse.
namespace app {

/// H / (H + A) with H the sum of all pixels' binary entropies in bits and A the sum of their probabilities, the area
/// that is expected: doubt relative to what is drawn, since the same doubtful seam matters more around a small area.
/// (The mean entropy of the pixels that may be inside ranked QaTa's bad masks no better than chance under a poorly
/// trained model; this ranks them under poor and good ones.) 1 when all probabilities are 0, since sentences name
/// findings.
double entropyOf(std::span<const float> probabilities);

/// 1 - soft Dice of two maps of probabilities on one grid, 1 - 2 sum(a b) / (sum(a a) + sum(b b)): of the average that
/// a training kept of its predictions (EPI) and of the prediction now. 0 when both are empty.
double disagreementOf(std::span<const float> average, std::span<const float> prediction);

/// A square map of `size` x `size` pixels spread over a picture, between pixels linearly: a network's squashed view
/// brought back to the picture's grid.
std::vector<float> stretched(std::span<const float> square, int size, int columns, int rows);

/// One slice's mask, row by row, 0 outside.
struct MaskView
{
    int columns = 0;
    int rows = 0;
    std::span<const std::uint16_t> values;
};

/// How much of what the text says the mask does not show: 1 - (1 - side)(1 - areas / 2).
/// side: for a text about one lung the part of the mask in the other half of the picture; for one about both 1/2 for a
/// half with less than 1 % of the mask; 1 for an empty mask. Only where the sides are known.
/// areas: |named - drawn| / max(named, drawn), areas below a thousandth of the picture left out; halved, since where
/// one area ends and the next begins is a matter of taste.
/// Nothing for a text that says nothing to draw (annotations::chooseFor) or that names neither. `wordsAtLeft`: which
/// word, "left" or "right", means the left half of the picture. `finding`: what the mask shows; empty: any.
std::optional<double> mismatchOf(std::string_view text, const MaskView& mask, imaging::PatientSide wordsAtLeft,
    std::string_view finding = {});

} // namespace app
