#include "models/package/model_folders.h"

#include "imaging/error.h"
#include "models/weights/sha256.h"
#include "models/weights/weights_file.h"

#include <algorithm>
#include <array>
#include <span>

namespace models {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLearnt = "prompts.safetensors";

std::string digestOfShards(const fs::path& index)
{
    std::error_code ignored;
    std::vector<fs::path> files{index};
    const auto kind = index.stem().stem().extension(); // "model.safetensors.index.json"
    for (fs::directory_iterator next(index.parent_path(), ignored), end; !ignored && next != end;
         next.increment(ignored))
        if (next->path().extension() == kind)
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
    const std::array names{"config.json", weights::kOpenClipConfig, kLearnt};
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

void requireOtherFolder(const fs::path& output, const fs::path& data)
{
    std::error_code missing;
    const auto plain = [&](const fs::path& path) { return fs::weakly_canonical(path / "", missing); };
    if (!fs::equivalent(output, data, missing) && plain(output) != plain(data))
        return;
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "\"" + output.string()
            + "\" is the folder of the data, which what is learnt would be written into: choose another output folder.",
        output.string())
        .about("output");
}

std::string weightsSha256(const fs::path& folder)
{
    std::error_code ignored;
    const auto file = weights::weightsFileIn(folder);
    if (file)
        return weights::isShardIndex(*file) ? digestOfShards(*file) : weights::sha256OfFile(*file);
    return fs::is_regular_file(folder / kLearnt, ignored) ? weights::sha256OfFile(folder / kLearnt) : std::string();
}

} // namespace models
