#pragma once

#include "models/vision/vit.h"
#include "models/weights/model_settings.h"
#include "models/weights/state_dict.h"

#include <string>

namespace models::vision {

/// The picture tower of a Hugging Face CLIP as a Vit, by the vision_config of its settings: all blocks but the last, whose
/// patches no comparison has taught ("the second last layer's output features", arXiv:2301.12597, section 3.4), without a final norm. Throws
/// Error(Model) for sizes that cannot be, and for a tower of one block.
VitConfig clipTower(const weights::ModelSettings& settings);

/// The tensors of such a tower among those of a Hugging Face CLIP, under timm's names with `front` before them
/// ("visual_encoder.blocks.0.attn.qkv.weight"); what is missing is left out. The patches' bias, which CLIP has not, is zeros.
weights::StateDict clipTowerWeights(
    const weights::StateDict& clip, const VitConfig& tower, const std::string& front);

} // namespace models::vision
