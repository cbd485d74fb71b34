#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace models::training {

/// Draws the attention of a block as trained vision transformers are found to have it ("mimetic initialisation",
/// Trockman & Kolter 2023, arXiv:2305.09828): a token looks at those that are like it, so beside it in the picture, and
/// takes their difference. From few pictures a tower that begins so learns sooner. `joined` [3 width, width] holds
/// queries, keys and values, `out` [width, width].
void drawAttention(at::Tensor& joined, at::Tensor& out, std::int64_t heads);

/// Places of the patches, row after row, as sines and cosines of both coordinates, alike where patches are near; 0 for
/// the class token. `places` [..., 1 + side * side, width]; a width that four does not divide leaves the last channels 0.
void drawPlaces(at::Tensor& places);

} // namespace models::training
