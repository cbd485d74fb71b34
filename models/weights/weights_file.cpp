#include "models/weights/weights_file.h"

#include "imaging/error.h"
#include "models/weights/safetensors_file.h"

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <utility>

namespace models::weights {

namespace {

using detail::refuseFile;
using imaging::Error;
using imaging::ErrorKind;

enum class NamedBy { HuggingFace, OpenClip };

/// In the order in which they are preferred.
constexpr std::array<std::pair<const char*, NamedBy>, 9> kNames{{
    {"open_clip_model.safetensors", NamedBy::OpenClip},
    {"open_clip_pytorch_model.safetensors", NamedBy::OpenClip},
    {"open_clip_model.safetensors.index.json", NamedBy::OpenClip},
    {"model.safetensors", NamedBy::HuggingFace},
    {"model.safetensors.index.json", NamedBy::HuggingFace},
    {"open_clip_pytorch_model.bin", NamedBy::OpenClip},
    {"open_clip_pytorch_model.bin.index.json", NamedBy::OpenClip},
    {"pytorch_model.bin", NamedBy::HuggingFace},
    {"pytorch_model.bin.index.json", NamedBy::HuggingFace},
}};

nlohmann::json parsedIndex(const std::filesystem::path& index)
{
    std::error_code problem;
    const auto bytes = std::filesystem::file_size(index, problem);
    std::ifstream stream(index, std::ios::binary);
    if (problem || !stream)
        throw Error(ErrorKind::NotFound, "There is no file " + index.string() + ".", index.string());
    if (bytes > detail::kMaxHeaderBytes)
        refuseFile(index, "is far too large for an index of shards");
    auto parsed = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object() || !parsed.contains("weight_map") || !parsed["weight_map"].is_object())
        refuseFile(index, "is not an index of shards: it has no weight_map");
    return parsed;
}

} // namespace

std::optional<std::filesystem::path> weightsFileIn(const std::filesystem::path& folder)
{
    std::error_code ignored;
    const bool openClip = std::filesystem::is_regular_file(folder / kOpenClipConfig, ignored);
    for (const auto& [name, by] : kNames)
        if ((openClip || by == NamedBy::HuggingFace) && std::filesystem::is_regular_file(folder / name, ignored))
            return folder / name;
    return std::nullopt;
}

std::filesystem::path requireWeightsFileIn(const std::filesystem::path& folder)
{
    if (auto file = weightsFileIn(folder))
        return *std::move(file);
    throw Error(ErrorKind::NotFound,
        "The folder " + folder.string()
            + " holds no weights: model.safetensors or pytorch_model.bin, the index of its shards "
              "(model.safetensors.index.json), or beside open_clip_config.json open_clip_model.safetensors or "
              "open_clip_pytorch_model.bin.",
        folder.string());
}

bool isShardIndex(const std::filesystem::path& file)
{
    return file.extension() == ".json";
}

ShardIndex readShardIndex(const std::filesystem::path& index)
{
    const auto parsed = parsedIndex(index);
    ShardIndex shards;
    for (const auto& [name, shard] : parsed["weight_map"].items()) {
        if (!shard.is_string())
            refuseFile(index, "is broken: a shard's name is not text");
        const auto& text = shard.get_ref<const std::string&>();
        if (text.empty() || text == ".." || text.find('/') != std::string::npos || text.find('\0') != std::string::npos)
            refuseFile(index, "names a shard outside its own folder");
        shards[text].insert(name);
    }
    return shards;
}

} // namespace models::weights
