#include "models/weights/torch_pickle.h"

#include "imaging/error.h"
#include "models/weights/byte_source.h"
#include "models/weights/memory.h"
#include "models/weights/pickle_machine.h"
#include "models/weights/pickle_objects.h"
#include "models/weights/zip_directory.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <new>
#include <optional>

namespace models::weights {

namespace {

using detail::ByteSource;
using detail::PickleMachine;
using detail::PickleObjects;
using detail::TensorRecipe;
using Kind = TorchValue::Kind;
using Storages = std::unordered_map<std::string, at::Tensor>; // uint8

constexpr std::uint64_t kMaxPickleBytes = 256U << 20U;
constexpr std::int64_t kLegacyProtocol = 1001;
// 0x1950a86a20f9469cfc6c, little endian: the number at the start of every legacy file.
constexpr std::string_view kLegacyMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

at::Tensor readBytes(ByteSource& source, std::uint64_t bytes)
{
    if (bytes > source.remaining())
        source.fail("it is cut off: the numbers of a tensor are not there");
    auto tensor = at::empty({static_cast<std::int64_t>(bytes)}, at::kByte);
    source.read(tensor.mutable_data_ptr(), bytes);
    return tensor;
}

/// Number of elements of the storage that the tensor needs; nothing when that overflows.
std::optional<std::uint64_t> neededElements(const TensorRecipe& recipe)
{
    std::uint64_t last = 0;
    if (__builtin_add_overflow(static_cast<std::uint64_t>(recipe.offset), recipe.storage.viewOffset, &last))
        return std::nullopt;
    if (std::find(recipe.sizes.begin(), recipe.sizes.end(), 0) != recipe.sizes.end())
        return 0;
    for (std::size_t i = 0; i < recipe.sizes.size(); ++i) {
        std::uint64_t reach = 0;
        if (__builtin_mul_overflow(
                static_cast<std::uint64_t>(recipe.sizes[i] - 1), static_cast<std::uint64_t>(recipe.strides[i]), &reach)
            || __builtin_add_overflow(last, reach, &last))
            return std::nullopt;
    }
    return last + 1;
}

/// Truth values are copied, so repeated or overlapping ones could take far more memory than the file has bytes.
void requireFewCopies(const ByteSource& source, const std::vector<TensorRecipe>& recipes)
{
    constexpr std::uint64_t kAlwaysAllowed = 64U << 20U;
    std::uint64_t copied = 0;
    for (const auto& recipe : recipes) {
        if (recipe.type != at::kBool)
            continue;
        std::uint64_t elements = 1;
        for (const auto size : recipe.sizes)
            if (__builtin_mul_overflow(elements, static_cast<std::uint64_t>(size), &elements))
                elements = source.size() * 5 + kAlwaysAllowed;
        if (__builtin_add_overflow(copied, elements, &copied) || copied > 4 * source.size() + kAlwaysAllowed)
            source.fail("it unfolds into far more bytes than it has");
    }
}

/// Strides of 0 let a few bytes stand for a tensor of any size; no checkpoint needs much of that.
bool unfoldsTooFar(const TensorRecipe& recipe, std::uint64_t storageBytes)
{
    constexpr std::uint64_t kFactor = 16;
    constexpr std::uint64_t kAlwaysAllowed = 1U << 20U;
    auto bytes = static_cast<std::uint64_t>(c10::elementSize(recipe.type));
    for (const auto size : recipe.sizes)
        if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes))
            return true;
    return bytes > storageBytes * kFactor + kAlwaysAllowed;
}

at::Tensor makeTensor(const ByteSource& source, const TensorRecipe& recipe, const Storages& storages)
{
    const auto storage = storages.find(recipe.storage.key);
    if (storage == storages.end())
        source.fail("the numbers of a tensor are not there");
    const auto bytes = storage->second.nbytes();
    const auto needed = neededElements(recipe);
    if (!needed || *needed > bytes / c10::elementSize(recipe.type) || unfoldsTooFar(recipe, bytes))
        source.fail("a tensor in it reaches beyond its numbers");
    const bool isBool = recipe.type == at::kBool; // Other bytes than 0 and 1 would be undefined behaviour.
    auto tensor = at::empty({0}, isBool ? at::kByte : recipe.type);
    if (*needed > 0)
        tensor.set_(storage->second.storage(), recipe.offset + static_cast<std::int64_t>(recipe.storage.viewOffset),
            recipe.sizes, recipe.strides);
    else
        tensor.resize_(recipe.sizes);
    return isBool ? tensor.ne(0) : tensor;
}

TorchFile finish(const ByteSource& source, const PickleObjects& objects, const Storages& storages,
    std::deque<TorchValue> values, const TorchValue* root)
{
    requireFewCopies(source, objects.recipes());
    for (const auto& recipe : objects.recipes())
        recipe.target->tensor = makeTensor(source, recipe, storages);
    return TorchFile(std::move(values), root);
}

/// The folder inside the archive ("archive/") that holds data.pkl.
std::string topFolder(const ByteSource& source, const std::map<std::string, detail::ZipEntry>& entries)
{
    for (const auto& [name, entry] : entries)
        if (const auto slash = name.find('/'); slash != std::string::npos && name.substr(slash + 1) == "data.pkl")
            return name.substr(0, slash + 1);
    source.fail("it is a zip file, but not one that torch.save wrote");
}

void checkByteOrder(ByteSource& source, const std::map<std::string, detail::ZipEntry>& entries, const std::string& top)
{
    const auto order = entries.find(top + "byteorder");
    if (order == entries.end())
        return;
    source.select(order->second.begin, order->second.end);
    if (source.text(std::min<std::uint64_t>(source.remaining(), 16)) != "little")
        source.fail("it was written on a big endian machine");
}

TorchFile readZip(ByteSource& source)
{
    const auto entries = detail::readZipDirectory(source);
    const auto top = topFolder(source, entries);
    checkByteOrder(source, entries, top);
    const auto& pickle = entries.at(top + "data.pkl");
    if (pickle.end - pickle.begin > kMaxPickleBytes)
        source.fail("its pickle is larger than any model's");
    source.select(pickle.begin, pickle.end);
    std::deque<TorchValue> values;
    PickleObjects objects(source, values);
    const auto* root = PickleMachine(source, objects).run();
    Storages storages;
    for (const auto& [key, reference] : objects.storages()) {
        const auto entry = entries.find(top + "data/" + key);
        if (entry == entries.end())
            source.fail("the numbers of a tensor are not there");
        source.select(entry->second.begin, entry->second.end);
        storages.emplace(key, readBytes(source, source.remaining()));
    }
    return finish(source, objects, storages, std::move(values), root);
}

bool isLegacyMagic(const TorchValue& value)
{
    return value.kind == Kind::Opaque && value.items.size() == 1 && value.items.front()->text == kLegacyMagic;
}

void checkLegacyHeader(
    const ByteSource& source, const TorchValue& magic, const TorchValue& version, const TorchValue& system)
{
    if (!isLegacyMagic(magic))
        source.fail("it is a pickle, but not one that torch.save wrote");
    if (version.integer != kLegacyProtocol)
        source.fail("it was written by an unknown version of PyTorch");
    const auto* littleEndian = system.find("little_endian");
    if (!littleEndian || littleEndian->integer != 1)
        source.fail("it was written on a big endian machine");
}

Storages readLegacyStorages(ByteSource& source, const PickleObjects& objects, const TorchValue& keys)
{
    Storages storages;
    for (const auto* item : keys.items) {
        const auto key = item->kind == Kind::Integer ? std::to_string(item->integer) : item->text;
        const auto reference = objects.storages().find(key);
        if (reference == objects.storages().end() || !reference->second.type)
            source.fail("it holds numbers that belong to no tensor, or of a type that is not supported");
        const auto elements = source.littleEndian(8);
        const auto elementBytes = c10::elementSize(*reference->second.type);
        if (elements > source.remaining() / elementBytes)
            source.fail("it is cut off: the numbers of a tensor are not there");
        storages.insert_or_assign(key, readBytes(source, elements * elementBytes));
    }
    return storages;
}

TorchFile readLegacy(ByteSource& source)
{
    source.select(0, source.size());
    std::deque<TorchValue> values;
    PickleObjects objects(source, values);
    PickleMachine machine(source, objects);
    const auto* magic = machine.run();
    const auto* version = machine.run();
    const auto* system = machine.run();
    checkLegacyHeader(source, *magic, *version, *system);
    const auto* root = machine.run();
    const auto* keys = machine.run();
    return finish(source, objects, readLegacyStorages(source, objects, *keys), std::move(values), root);
}

TorchFile readAny(ByteSource& source)
{
    const auto start = source.text(std::min<std::uint64_t>(source.size(), 262));
    if (start.starts_with("PK\x03\x04"))
        return readZip(source);
    if (start.size() == 262 && start.substr(257) == "ustar")
        source.fail("it has the format of PyTorch before 0.1.10; load and save it again with a newer PyTorch");
    if (!start.starts_with('\x80'))
        source.fail("it is neither a file of torch.save nor safetensors");
    return readLegacy(source);
}

bool holdsTensors(const TorchValue& value)
{
    if (value.kind != Kind::Dict)
        return false;
    for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
        if (value.items[i]->kind == Kind::String && value.items[i + 1]->kind == Kind::Tensor)
            return true;
    return false;
}

const TorchValue* findStateDict(const TorchValue& root)
{
    for (const char* key : {"state_dict", "model_state_dict", "model", "net", "params"})
        if (const auto* value = root.find(key); value && holdsTensors(*value))
            return value;
    return holdsTensors(root) ? &root : nullptr;
}

} // namespace

const TorchValue* TorchValue::find(std::string_view key) const
{
    if (kind != Kind::Dict)
        return nullptr;
    for (std::size_t i = items.size() / 2; i-- > 0;) // The last of two equal keys counts, as in Python.
        if (items[2 * i]->kind == Kind::String && items[2 * i]->text == key)
            return items[2 * i + 1];
    return nullptr;
}

TorchFile readTorchFile(const std::filesystem::path& file)
{
    ByteSource source(file);
    requireMemory(source.size(), file);
    try {
        return readAny(source);
    } catch (const c10::Error& error) {
        source.fail(std::string("LibTorch refused a tensor in it: ") + error.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        source.fail("it needs more memory than there is");
    }
}

StateDict stateDictOf(const TorchFile& file, const std::filesystem::path& name)
{
    const auto* found = findStateDict(file.root());
    if (!found)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The file " + name.string() + " holds no weights by name: save the model's state_dict() with torch.save.",
            name.string());
    constexpr std::string_view kParallel = "module.";
    StateDict weights;
    bool allParallel = true;
    for (std::size_t i = 0; i + 1 < found->items.size(); i += 2) {
        const auto& key = *found->items[i];
        const auto& value = *found->items[i + 1];
        if (key.kind != Kind::String || value.kind != Kind::Tensor)
            continue;
        weights.insert_or_assign(key.text, value.tensor);
        allParallel = allParallel && key.text.starts_with(kParallel);
    }
    if (!allParallel)
        return weights;
    StateDict plain;
    for (const auto& [key, tensor] : weights)
        plain.emplace(key.substr(kParallel.size()), tensor);
    return plain;
}

} // namespace models::weights
