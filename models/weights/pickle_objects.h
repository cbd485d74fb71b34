#pragma once

#include "models/weights/byte_source.h"
#include "models/weights/torch_pickle.h"

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace models::weights::detail {

/// The bytes that a tensor's elements come from, by the key under which the file stores them.
struct StorageReference
{
    std::string key;
    std::optional<c10::ScalarType> type; ///< Nothing for a type that LibTorch has no tensors of.
    bool untyped = false;
    std::uint64_t elements = 0;
    std::uint64_t viewOffset = 0; ///< In elements; legacy files only.
};

/// A tensor that can be made when the storages have been read.
struct TensorRecipe
{
    TorchValue* target = nullptr;
    StorageReference storage;
    c10::ScalarType type = c10::ScalarType::Float;
    std::int64_t offset = 0;
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> strides;
};

/// What the names in a pickle mean. A fixed list of names is understood; every other one only becomes an Opaque value.
class PickleObjects
{
public:
    PickleObjects(const ByteSource& source, std::deque<TorchValue>& values)
        : m_source(source)
        , m_values(values)
    {
    }

    /// A new value. Throws Error(Model) when the pickle makes too many.
    TorchValue* make(TorchValue::Kind kind);

    /// Adds to a list, set, dictionary or opaque value, within a budget for the whole pickle.
    void append(TorchValue& container, const TorchValue* const* first, std::size_t count);

    /// callable(*arguments), class(*arguments), object.__setstate__(state) and the persistent id of a storage.
    TorchValue* call(const TorchValue& callable, const TorchValue& arguments);
    void setState(TorchValue& object, const TorchValue& state);
    TorchValue* persistent(const TorchValue& id);

    const std::vector<TensorRecipe>& recipes() const { return m_recipes; }
    const std::unordered_map<std::string, StorageReference>& storages() const { return m_storages; }

private:
    TorchValue* rebuildTensor(const TorchValue& arguments, bool typeIsArgument);
    TorchValue* opaque(const std::string& name, const TorchValue& arguments);
    TorchValue* container(TorchValue::Kind kind, const TorchValue& arguments);
    TorchValue* encodedBytes(const TorchValue& arguments);
    TorchValue* numpyScalar(const TorchValue& arguments);
    void fillNumpyArray(TorchValue& array, const TorchValue& state);
    void spend(std::uint64_t bytes);
    std::vector<std::int64_t> integers(const TorchValue& tuple) const;

    const ByteSource& m_source;
    std::deque<TorchValue>& m_values;
    std::vector<TensorRecipe> m_recipes;
    std::unordered_map<std::string, StorageReference> m_storages;
    std::unordered_map<const TorchValue*, StorageReference> m_references;
    std::uint64_t m_items = 0;
    std::uint64_t m_copiedBytes = 0;
};

} // namespace models::weights::detail
