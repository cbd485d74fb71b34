#pragma once

#include "models/vision/vit.h"
#include "models/weights/model_settings.h"

namespace models::vision {

/// Shapes of a picture tower in the vision_config of a Hugging Face BLIP or BLIP-2 (our own key "input_norm" is
/// VitConfig::inputNorm, which theirs never have); keys that are absent are as in `standard`, which gives the rest. Throws Error(Model) for sizes that cannot be.
VitConfig readVitSettings(const weights::ModelSettings& settings, const VitConfig& standard);

} // namespace models::vision
