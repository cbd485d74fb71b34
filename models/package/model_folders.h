#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace models {

/// Whether a folder says that a model, or something that was learnt for one, lies in it: config.json (packages, Hugging
/// Face), open_clip_config.json, or prompts.safetensors (limn adapt).
bool holdsModel(const std::filesystem::path& folder);

/// The folders in `folder` that do, by name. Empty where it cannot be read.
std::vector<std::filesystem::path> modelFoldersIn(const std::filesystem::path& folder);

/// Throws Error(WrongUse) where what is learnt would be written into the very folder of the data, also through links.
void requireOtherFolder(const std::filesystem::path& output, const std::filesystem::path& data);

/// SHA-256 of the file of weights in a folder; of a model in shards, of the digests of all its files. Empty: there are
/// none. Throws Error(Io).
std::string weightsSha256(const std::filesystem::path& folder);

} // namespace models
