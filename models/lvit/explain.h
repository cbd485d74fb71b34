#pragma once

#include "models/facade/segmenter.h"
#include "models/lvit/config.h"
#include "models/lvit/lvit.h"

namespace models::lvit {

/// A picture and a text as the network takes them.
struct ExplainInput
{
    at::Tensor picture; ///< [1, channels, S, S]
    at::Tensor vectors; ///< [1, tokens, width]
    int columns = 0; ///< Of the slice.
    int rows = 0;
    double pixelAspect = 1; ///< Of the slice (vision::pixelAspect).
};

/// Segmenter::explain() for a network in eval mode, which is left as it was. Throws as that.
Explanation explainRegion(
    LViT& net, const LViTPackage& package, const ExplainInput& input, const ExplainRequest& request);

} // namespace models::lvit
