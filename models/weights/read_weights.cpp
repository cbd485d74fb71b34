#include "models/weights/read_weights.h"

#include "imaging/error.h"
#include "models/weights/safetensors.h"
#include "models/weights/shards.h"
#include "models/weights/torch_pickle.h"
#include "models/weights/weights_file.h"

#include <array>
#include <fstream>
#include <set>
#include <string>

namespace models::weights {

namespace {

/// A safetensors file has '{' after its length; a pickle starts with 0x80, a zip with "PK".
bool looksLikeSafetensors(const std::filesystem::path& file)
{
    std::array<char, 9> start{};
    std::ifstream stream(file, std::ios::binary);
    if (!stream.read(start.data(), start.size()))
        return false;
    const bool zip = start[0] == 'P' && start[1] == 'K';
    return !zip && start[8] == '{' && start[7] == 0 && start[6] == 0;
}

StateDict readOf(const std::filesystem::path& shard, const std::set<std::string>& wanted)
{
    if (shard.extension() == ".safetensors" || looksLikeSafetensors(shard))
        return detail::readSafetensorsOf(shard, wanted);
    return stateDictOf(readTorchFile(shard), shard);
}

} // namespace

StateDict readWeights(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return readWeights(requireWeightsFileIn(path));
    if (!std::filesystem::exists(path, ignored))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file " + path.string() + ".", path.string());
    if (isShardIndex(path))
        return detail::readShards(path, readOf);
    if (path.extension() == ".safetensors" || looksLikeSafetensors(path))
        return readSafetensors(path);
    return stateDictOf(readTorchFile(path), path);
}

} // namespace models::weights
