#pragma once

#include "models/vision/token_trace.h"

namespace models::clip {

/// Grad-CAM (Selvaraju et al., ICCV 2017) over the patches that `trace` kept. A channel's weight is the mean of the
/// score's gradient over the patches, and the map the sum of the weighted channels where that is above 0. The score, a
/// scalar, was computed with `trace`, of one picture, while gradients were on; the network's own parameters keep none.
/// -> [side, side], not scaled
at::Tensor patchHeat(const vision::TokenTrace& trace, const at::Tensor& score, std::int64_t side);

} // namespace models::clip
