#pragma once

#include "models/facade/package.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace models {

/// The part of config.json that every package shares; other keys are left to the model's own reader. Keys: model_type,
/// name, version, text_sides ("picture" or "patient"), text_wording
/// ("as_written", which it is when absent, or "lvit_report"), picture_size, threshold, modalities, body_parts, views,
/// finding, text_encoder, text_encoder_sha256 (may be absent). `source` is named in messages. Throws Error(Model) when a key is missing, of the wrong type
/// or out of range.
PackageInfo packageInfoFromJson(const nlohmann::json& json, const std::string& source);

/// Sets the same keys in `json`.
void packageInfoToJson(const PackageInfo& info, nlohmann::json& json);

/// Parses `folder`/config.json. Throws Error(NotFound) without it, Error(Model) when it is no JSON object.
nlohmann::json readConfigJson(const std::filesystem::path& folder);

} // namespace models
