#pragma once

#include "models/facade/lvit_training.h"
#include "models/lvit/lvit.h"
#include "models/weights/state_dict.h"

#include <string>
#include <vector>

namespace models::lvit {

/// What a hand-over of weights did, by key of the network.
struct HandOver
{
    std::size_t copied = 0; ///< Same name and shape.
    std::size_t resized = 0; ///< Grids of tokens of another size, interpolated; texts of more tokens, filled up.
    std::vector<std::string> kept; ///< Not in `weights`, or of another shape: as they were.
};

/// Copies into `net` every tensor of `weights` that has its name and shape: those of another LViT, of a U-Net (the
/// authors' pretraining) or of one trained on smaller pictures. What belongs to the grid of tokens (position
/// embeddings; the convolution and norm that spread the text over the grid, CTBN3) is resized bilinearly when only the
/// grid differs; where texts have more tokens now, the new ones say nothing yet. Throws Error(Model) naming `source`
/// when nothing fits.
HandOver handOverWeights(LViTImpl& net, const weights::StateDict& weights, const std::string& source);

/// Takes the weights over that `initialWeights` names, if any, and logs how many fit. Throws like readWeights and
/// handOverWeights.
void takeInitialWeights(const LvitTrainOptions& options, LViTImpl& net);

} // namespace models::lvit
