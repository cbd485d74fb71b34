#pragma once

#include "models/package/package.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace models {

/// What every package says: model_type, name, version, modalities, body_parts, views; licence and provenance may be
/// absent. Other keys are left to the readers of blocks and to the model's own. `source` is named in messages. Throws
/// Error(Model) when a key is missing, of the wrong type or out of range.
PackageHead packageHeadFromJson(const nlohmann::json& json, const std::string& source);

/// What a package that draws masks says beside it: text_sides ("picture" or "patient"), text_wording ("as_written",
/// which it is when absent, or "lvit_report"), picture_size, threshold, finding, text_encoder; class_names and
/// text_encoder_sha256 may be absent. Throws as packageHeadFromJson.
SegmenterBlock segmenterBlockFromJson(const nlohmann::json& json, const std::string& source);

/// Both.
PackageInfo packageInfoFromJson(const nlohmann::json& json, const std::string& source);

/// Set the same keys in `json`.
void packageHeadToJson(const PackageHead& head, nlohmann::json& json);
void segmenterBlockToJson(const SegmenterBlock& block, nlohmann::json& json);
void packageInfoToJson(const PackageInfo& info, nlohmann::json& json);

/// Parses `folder`/config.json. Throws Error(NotFound) without it, Error(Model) when it is no JSON object.
nlohmann::json readConfigJson(const std::filesystem::path& folder);

/// One value of a model's config.json; nothing where the model is no folder with one, or that has no such key. Throws
/// Error(Model) when it is no JSON object.
std::optional<nlohmann::json> saidInConfig(const std::filesystem::path& model, const char* key);

} // namespace models
