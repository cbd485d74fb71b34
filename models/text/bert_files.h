#pragma once

#include "models/layers/bert.h"

#include <filesystem>

namespace models::text {

/// Reads `folder`/config.json. Throws Error(NotFound) or Error(Model) (wrong JSON, impossible sizes, an unknown
/// activation, relative positions).
layers::BertConfig readBertConfig(const std::filesystem::path& folder);

/// Opens a Hugging Face folder (config.json and model.safetensors or pytorch_model.bin; keys with or without `bert.`,
/// heads of other tasks ignored, `gamma`/`beta` of old files understood) in eval mode. Throws Error(NotFound) or
/// Error(Model).
layers::BertModel openBert(const std::filesystem::path& folder);

} // namespace models::text
