#include "models/weights/read_weights.h"

#include "imaging/error.h"
#include "models/weights/safetensors.h"
#include "models/weights/torch_pickle.h"

#include <array>
#include <fstream>

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

} // namespace

StateDict readWeights(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        const auto pytorch = path / "pytorch_model.bin";
        const bool hasSafetensors = std::filesystem::exists(path / "model.safetensors", ignored)
            || std::filesystem::exists(path / "model.safetensors.index.json", ignored);
        if (!hasSafetensors && std::filesystem::exists(pytorch, ignored))
            return stateDictOf(readTorchFile(pytorch), pytorch);
        return readSafetensors(path);
    }
    if (!std::filesystem::exists(path, ignored))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file " + path.string() + ".", path.string());
    const auto extension = path.extension();
    if (extension == ".safetensors" || extension == ".json" || looksLikeSafetensors(path))
        return readSafetensors(path);
    return stateDictOf(readTorchFile(path), path);
}

} // namespace models::weights
