#include "models/package/model_folders.h"

#include "models/weights/sha256.h"

#include <algorithm>
#include <array>
#include <span>

namespace models {

namespace {

namespace fs = std::filesystem;

constexpr const char* kIndexName = "model.safetensors.index.json";
constexpr std::array kWeightsNames{"model.safetensors", "prompts.safetensors", "open_clip_model.safetensors"};
constexpr std::array kPickledNames{"pytorch_model.bin", "open_clip_pytorch_model.bin"};

std::string digestOfShards(const fs::path& folder)
{
    std::error_code ignored;
    std::vector<fs::path> files{folder / kIndexName};
    for (fs::directory_iterator next(folder, ignored), end; !ignored && next != end; next.increment(ignored))
        if (next->path().extension() == ".safetensors")
            files.push_back(next->path());
    std::sort(files.begin(), files.end());
    weights::Sha256 all;
    for (const auto& file : files) {
        const auto digest = weights::sha256OfFile(file);
        all.update(std::as_bytes(std::span(digest)));
    }
    return all.hexDigest();
}

} // namespace

bool holdsModel(const fs::path& folder)
{
    std::error_code ignored;
    const std::array names{"config.json", "open_clip_config.json", "prompts.safetensors"};
    return std::any_of(
        names.begin(), names.end(), [&](const char* name) { return fs::is_regular_file(folder / name, ignored); });
}

std::vector<fs::path> modelFoldersIn(const fs::path& folder)
{
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::directory_iterator next(folder, problem), end; !problem && next != end; next.increment(problem))
        if (holdsModel(next->path()))
            found.push_back(next->path());
    std::sort(found.begin(), found.end());
    return found;
}

std::string weightsSha256(const fs::path& folder)
{
    std::error_code ignored;
    for (const char* name : kWeightsNames)
        if (fs::is_regular_file(folder / name, ignored))
            return weights::sha256OfFile(folder / name);
    if (fs::is_regular_file(folder / kIndexName, ignored))
        return digestOfShards(folder);
    for (const char* name : kPickledNames)
        if (fs::is_regular_file(folder / name, ignored))
            return weights::sha256OfFile(folder / name);
    return {};
}

} // namespace models
