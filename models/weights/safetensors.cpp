#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/safetensors_file.h"
#include "models/weights/safetensors_types.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
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

/// Files from this size on are mapped: their numbers are read when they are used, and once for all programs that use
/// them. Smaller ones are read, so that nothing that happens to the file later reaches the model.
constexpr std::uint64_t kMapFrom = std::uint64_t{2} << 30U;

/// The tensor as it lies in the mapped file, which lives as long; undefined where the place suits its type not.
at::Tensor placedTensor(const std::shared_ptr<MappedFile>& mapped, const detail::SafetensorsFile& opened,
    const detail::SafetensorsEntry& entry)
{
    const auto type = detail::tensorType(entry.type);
    const auto begin = opened.dataStart() + entry.begin;
    if (type == c10::ScalarType::Bool || entry.begin == entry.end || begin % c10::elementSize(type) != 0
        || opened.dataStart() + entry.end > mapped->size())
        return {};
    return at::from_blob(mapped->data() + begin, entry.shape, [mapped](void*) {}, at::TensorOptions().dtype(type));
}

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
    const auto isWanted = [&](const auto& entry) { return !wanted || wanted->contains(entry.name); };
    std::uint64_t bytes = 0;
    for (const auto& entry : opened.header().entries)
        if (isWanted(entry))
            bytes += entry.end - entry.begin;
    requireMemory(bytes, file);
    const auto mapped = bytes >= kMapFrom ? MappedFile::open(file) : nullptr;
    StateDict tensors;
    for (const auto& entry : opened.header().entries) {
        if (!isWanted(entry))
            continue;
        auto tensor = mapped ? placedTensor(mapped, opened, entry) : at::Tensor();
        tensors.emplace(entry.name, tensor.defined() ? tensor : readTensor(opened, entry, file));
    }
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

/// Bytes of all shards together, before the first is read.
std::uint64_t bytesOf(
    const std::map<std::string, std::set<std::string>>& shards, const std::filesystem::path& folder)
{
    std::uint64_t bytes = 0;
    std::error_code absent; // Reading tells.
    for (const auto& [shard, names] : shards)
        if (const auto size = std::filesystem::file_size(folder / shard, absent); !absent)
            bytes += size;
    return bytes;
}

StateDict readShards(const std::filesystem::path& index)
{
    const auto shards = readIndex(index);
    requireMemory(bytesOf(shards, index.parent_path()), index);
    StateDict all;
    for (const auto& [shard, names] : shards) {
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
