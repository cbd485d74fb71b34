#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/safetensors_file.h"
#include "models/weights/safetensors_types.h"
#include "models/weights/shards.h"
#include "models/weights/weights_file.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include <set>

namespace models::weights {

namespace {

using imaging::Error;
using imaging::ErrorKind;

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

} // namespace

StateDict readSafetensors(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return readSafetensors(requireWeightsFileIn(path));
    if (isShardIndex(path))
        return detail::readShards(path, detail::readSafetensorsOf);
    return readFile(path, nullptr);
}

StateDict detail::readSafetensorsOf(const std::filesystem::path& file, const std::set<std::string>& wanted)
{
    return readFile(file, &wanted);
}

} // namespace models::weights
