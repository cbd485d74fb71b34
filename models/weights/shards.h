#pragma once

#include "models/weights/state_dict.h"

#include <filesystem>
#include <functional>
#include <set>
#include <string>

namespace models::weights::detail {

/// Reads one shard, or of it at least the tensors that are wanted.
using ReadShard = std::function<StateDict(const std::filesystem::path& shard, const std::set<std::string>& wanted)>;

/// What an index says of all its shards together, each read by `read`. Throws Error(NotFound) for a shard that is not
/// there, Error(Model) for one without a tensor that the index says it holds, where there is too little memory, and as
/// readShardIndex and `read` do.
StateDict readShards(const std::filesystem::path& index, const ReadShard& read);

} // namespace models::weights::detail
