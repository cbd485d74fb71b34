#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "models/weights/safetensors_header.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstring>
#include <fstream>
#include <set>

namespace models::weights {

namespace {

using imaging::Error;
using imaging::ErrorKind;

// The format's own library allows 100 MB; parsed, that much JSON could take several GB. A header needs about 150 bytes
// a tensor.
constexpr std::uint64_t kMaxHeaderBytes = 25'000'000;
constexpr const char* kSingleName = "model.safetensors";
constexpr const char* kIndexName = "model.safetensors.index.json";

struct OpenedFile
{
    std::ifstream stream;
    detail::SafetensorsHeader header;
    std::uint64_t dataStart = 0;
};

std::uint64_t littleEndian(const std::array<unsigned char, 8>& bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | bytes[i];
    return value;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::Model, "The file " + file.string() + " " + reason + ". Get the file again.", file.string());
}

OpenedFile open(const std::filesystem::path& file)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        throw Error(ErrorKind::NotFound, "There is no file " + file.string() + ".", file.string());
    const auto size = std::filesystem::file_size(file, problem);
    OpenedFile opened{std::ifstream(file, std::ios::binary), {}, 0};
    if (problem || !opened.stream)
        throw Error(
            ErrorKind::Io, "The file " + file.string() + " could not be opened: check its permissions.", file.string());
    std::array<unsigned char, 8> bytes{};
    if (size < 10 || !opened.stream.read(reinterpret_cast<char*>(bytes.data()), bytes.size()))
        refuse(file, "is too short to be a safetensors file");
    const auto length = littleEndian(bytes);
    if (length > kMaxHeaderBytes || length > size - bytes.size())
        refuse(file,
            "is no safetensors file, or was cut off: its header would be " + std::to_string(length) + " bytes long");
    std::string text(length, '\0');
    if (!opened.stream.read(text.data(), static_cast<std::streamsize>(length)))
        refuse(file, "could not be read to the end of its header");
    opened.dataStart = bytes.size() + length;
    opened.header = detail::parseSafetensorsHeader(text, size - opened.dataStart, file.string());
    return opened;
}

at::Tensor readTensor(OpenedFile& opened, const detail::SafetensorsEntry& entry, const std::filesystem::path& file)
{
    // Bytes other than 0 and 1 would be undefined behaviour in a bool.
    const bool isBool = entry.type == c10::ScalarType::Bool;
    at::Tensor tensor;
    try {
        tensor = at::empty(entry.shape, isBool ? c10::ScalarType::Byte : entry.type);
    } catch (const c10::Error&) {
        throw Error(ErrorKind::Model,
            "There is not enough memory for the tensor " + entry.name + " of " + file.string() + ".", file.string());
    }
    opened.stream.seekg(static_cast<std::streamoff>(opened.dataStart + entry.begin));
    const auto bytes = static_cast<std::streamsize>(entry.end - entry.begin);
    if (bytes > 0 && !opened.stream.read(static_cast<char*>(tensor.mutable_data_ptr()), bytes))
        refuse(file, "ended while the tensor " + entry.name + " was read");
    return isBool ? tensor.ne(0) : tensor;
}

StateDict readFile(const std::filesystem::path& file, const std::set<std::string>* wanted)
{
    auto opened = open(file);
    StateDict tensors;
    for (const auto& entry : opened.header.entries)
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
    if (bytes > kMaxHeaderBytes)
        refuse(index, "is far too large for an index of shards");
    const auto parsed = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object() || !parsed.contains("weight_map") || !parsed["weight_map"].is_object())
        refuse(index, "is not an index of shards: it has no weight_map");
    std::map<std::string, std::set<std::string>> shards;
    for (const auto& [name, shard] : parsed["weight_map"].items()) {
        if (!shard.is_string())
            refuse(index, "is broken: a shard's name is not text");
        const auto& text = shard.get_ref<const std::string&>();
        if (text.empty() || text == ".." || text.find('/') != std::string::npos || text.find('\0') != std::string::npos)
            refuse(index, "names a shard outside its own folder");
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
                refuse(file, "lacks the tensor " + name + ", which " + index.filename().string() + " says it holds");
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
    return open(file).header.metadata;
}

} // namespace models::weights
