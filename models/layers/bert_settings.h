#pragma once

#include "models/layers/bert_layer.h"
#include "models/weights/model_settings.h"

namespace models::layers {

/// Sizes, epsilon, dropout and activation of a BERT in a Hugging Face config.json, or in the part of one; keys that are
/// absent are as in `standard`, which gives the rest. Throws Error(Model) for sizes that cannot be.
BertConfig readBertSettings(const weights::ModelSettings& settings, const BertConfig& standard);

} // namespace models::layers
