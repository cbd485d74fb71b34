#pragma once

#include "models/weights/state_dict.h"

namespace models::lvit {

/// base_channel of the LViT or U-Net that these weights belong to; 0 for weights of neither.
int widthOf(const weights::StateDict& weights);

/// Weights of a network of base_channel `width` that computes nearly what the one of `weights` does, to train a larger
/// network from a smaller one (Net2WiderNet: Chen et al., "Net2Net", ICLR 2016): every channel beyond the smaller
/// network's is a copy of one of them, and whoever reads a channel divides by its copies. Not the same to the last
/// digit: LayerNorm and PLAM's mean see some channels twice unless `width` is a multiple, and the convolution that
/// spreads the text along its channels (CTBN3) meets a copy at the seam instead of padding.
///
/// Normal noise of `noise` standard deviations of each tensor is added to all that grew but vectors, from torch's own
/// generator: without it copies would learn the same for ever. Throws Error(Model) when widthOf() is 0 or not below
/// `width`, or a tensor that is known by its name has not the shape of an LViT's.
weights::StateDict widenLViT(const weights::StateDict& weights, int width, double noise);

} // namespace models::lvit
