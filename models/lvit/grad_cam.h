#pragma once

#include "models/facade/segmenter.h"
#include "models/lvit/lvit.h"

#include <string>
#include <vector>

namespace models::lvit {

/// The layers that gradCam() knows, named by their path in the network: outputs of the DownViT, of PLAM and of the
/// UpCNN blocks at every level, from the input's side to the output's, as far as the network has them.
std::vector<NetworkLayer> camLayers(const LViTConfig& config);

/// One map for each layer that was asked for.
struct GradCamMaps
{
    double score = 0; ///< Mean logit over the region.
    std::vector<torch::Tensor> maps; ///< [rows, columns] of the layer, from 0 up, not scaled.
};

/// Grad-CAM (Selvaraju et al., ICCV 2017) with a region's score in place of a class's, as Vinogradova et al. (AAAI
/// 2020) do for segmentation: the score is the mean of the logits weighted by `region`, a channel's weight the mean of
/// the score's gradient over the layer's output, and a map the sum of the weighted channels where that is above 0. The
/// gradients go through `net` itself, which must be in eval mode; its parameters' gradients are not touched.
/// image [1, channels, S, S], text [1, tokens, width], region [1, 1, S, S] from 0 up, not all 0. Throws Error(WrongUse)
/// for a layer that is not one of camLayers().
GradCamMaps gradCam(LViT& net, const torch::Tensor& image, const torch::Tensor& text, const torch::Tensor& region,
    const std::vector<std::string>& layers);

} // namespace models::lvit
