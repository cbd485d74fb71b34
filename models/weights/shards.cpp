#include "models/weights/shards.h"

#include "imaging/error.h"
#include "models/weights/memory.h"
#include "models/weights/safetensors_file.h"
#include "models/weights/weights_file.h"

#include <utility>

namespace models::weights::detail {

namespace {

/// Bytes of all shards together, and whether all are there, before the first is read.
std::uint64_t bytesOf(const ShardIndex& shards, const std::filesystem::path& index)
{
    std::uint64_t bytes = 0;
    for (const auto& [shard, names] : shards) {
        const auto file = index.parent_path() / shard;
        std::error_code absent;
        const auto size = std::filesystem::file_size(file, absent);
        if (absent)
            throw imaging::Error(imaging::ErrorKind::NotFound,
                "There is no file " + file.string() + ", a shard that " + index.filename().string()
                    + " names: get all files of the model.",
                file.string());
        bytes += size;
    }
    return bytes;
}

} // namespace

StateDict readShards(const std::filesystem::path& index, const ReadShard& read)
{
    const auto shards = readShardIndex(index);
    requireMemory(bytesOf(shards, index), index);
    StateDict all;
    for (const auto& [shard, names] : shards) {
        const auto file = index.parent_path() / shard;
        auto tensors = read(file, names);
        for (const auto& name : names) {
            auto found = tensors.extract(name);
            if (found.empty())
                refuseFile(
                    file, "lacks the tensor " + name + ", which " + index.filename().string() + " says it holds");
            all.insert(std::move(found));
        }
    }
    return all;
}

} // namespace models::weights::detail
