#pragma once

#include "models/scoring/figure_table.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace models::clip {

/// Pictures told apart by words alone, without a labelled one: a class is the mean of the vectors of all known texts
/// that say it. One row for the side (left, right, both) and one for each zone of each lung (named or not).
/// `pictures` [n, width] and `texts` [known, width] have length one; `references` are what the pictures' reports say.
scoring::FigureTable zeroShotByPlace(const at::Tensor& pictures, const std::vector<std::string>& references,
    const at::Tensor& texts, const std::vector<std::string>& known);

} // namespace models::clip
