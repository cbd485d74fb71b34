#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace models::weights {

/// Beside the weights in a folder of open_clip.
inline constexpr const char* kOpenClipConfig = "open_clip_config.json";

/// The file that the weights of a folder are read from: model.safetensors or pytorch_model.bin, as Hugging Face names
/// them, or the index of the shards of either ("model.safetensors.index.json"); in a folder of open_clip those that are
/// named so by it before them. safetensors before what torch.save wrote. Nothing where none is there.
std::optional<std::filesystem::path> weightsFileIn(const std::filesystem::path& folder);

/// weightsFileIn(); throws Error(NotFound), which names the folder and the usual files, without one.
std::filesystem::path requireWeightsFileIn(const std::filesystem::path& folder);

/// Whether it is an index of shards, by its name.
bool isShardIndex(const std::filesystem::path& file);

/// Shard (a file beside the index) -> names of its tensors.
using ShardIndex = std::map<std::string, std::set<std::string>>;

/// Throws Error(NotFound), or Error(Model) for what is no index or leads out of its folder.
ShardIndex readShardIndex(const std::filesystem::path& index);

} // namespace models::weights
