#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "models/weights/safetensors_file.h"
#include "models/weights/safetensors_types.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace models::weights {

namespace {

using detail::refuseFile;
using imaging::Error;
using imaging::ErrorKind;

constexpr const char* kSingleName = "model.safetensors";
constexpr const char* kIndexName = "model.safetensors.index.json";

at::Tensor readTensor(
    detail::SafetensorsFile& opened, const detail::SafetensorsEntry& entry, const std::filesystem::path& file)
{
    // Bytes other than 0 and 1 would be undefined behaviour in a bool.
    const auto type = detail::tensorType(entry.type);
    const bool isBool = type == c10::ScalarType::Bool;
    at::Tensor tensor;
    try {
        tensor = at::empty(entry.shape, isBool ? c10::ScalarType::Byte : type);
    } catch (const c10::Error&) {
        throw Error(ErrorKind::Model,
            "There is not enough memory for the tensor " + entry.name + " of " + file.string() + ".", file.string());
    }
    opened.read(entry, tensor.mutable_data_ptr());
    return isBool ? tensor.ne(0) : tensor;
}

StateDict readFile(const std::filesystem::path& file, const std::set<std::string>* wanted)
{
    detail::SafetensorsFile opened(file);
    StateDict tensors;
    for (const auto& entry : opened.header().entries)
        if (!wanted || wanted->contains(entry.name))
            tensors.emplace(entry.name, readTensor(opened, entry, file));
    return tensors;
}

/// Shard file -> the names that the index says lie in it.
std::map<std::string, std::set<std::string>> readIndex(const std::filesystem::path& index)
{
    std::error_code problem;
    const auto bytes = std::filesystem::file_size(index, problem);
    std::ifstream stream(index, std::ios::binary);
    if (problem || !stream)
        throw Error(ErrorKind::NotFound, "There is no file " + index.string() + ".", index.string());
    if (bytes > detail::kMaxHeaderBytes)
        refuseFile(index, "is far too large for an index of shards");
    const auto parsed = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object() || !parsed.contains("weight_map") || !parsed["weight_map"].is_object())
        refuseFile(index, "is not an index of shards: it has no weight_map");
    std::map<std::string, std::set<std::string>> shards;
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

StateDict readShards(const std::filesystem::path& index)
{
    StateDict all;
    for (const auto& [shard, names] : readIndex(index)) {
        const auto file = index.parent_path() / shard;
        auto tensors = readFile(file, &names);
        for (const auto& name : names)
            if (!tensors.contains(name))
                refuseFile(file, "lacks the tensor " + name + ", which " + index.filename().string() + " says it holds");
        all.merge(tensors);
    }
    return all;
}

} // namespace

StateDict readSafetensors(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        if (std::filesystem::exists(path / kSingleName, ignored))
            return readFile(path / kSingleName, nullptr);
        if (std::filesystem::exists(path / kIndexName, ignored))
            return readShards(path / kIndexName);
        throw Error(
            ErrorKind::NotFound, "The folder " + path.string() + " holds no " + kSingleName + ".", path.string());
    }
    if (path.extension() == ".json")
        return readShards(path);
    return readFile(path, nullptr);
}

SafetensorsMetadata readSafetensorsMetadata(const std::filesystem::path& file)
{
    return detail::SafetensorsFile(file).header().metadata;
}

} // namespace models::weights
