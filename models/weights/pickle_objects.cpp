#include "models/weights/pickle_objects.h"

#include "models/weights/pickle_numpy.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace models::weights::detail {

namespace {

using Kind = TorchValue::Kind;

constexpr std::size_t kMaxValues = 4'000'000;
constexpr std::uint64_t kMaxItems = 32'000'000;
constexpr std::uint64_t kFreeBytes = 64U << 20U;
constexpr std::size_t kMaxTensors = 200'000;
constexpr std::size_t kMaxKeyLength = 256;

constexpr std::array<std::pair<std::string_view, c10::ScalarType>, 17> kTypes{{
    {"Float", c10::ScalarType::Float},
    {"Double", c10::ScalarType::Double},
    {"Half", c10::ScalarType::Half},
    {"BFloat16", c10::ScalarType::BFloat16},
    {"Long", c10::ScalarType::Long},
    {"Int", c10::ScalarType::Int},
    {"Short", c10::ScalarType::Short},
    {"Char", c10::ScalarType::Char},
    {"Byte", c10::ScalarType::Byte},
    {"Bool", c10::ScalarType::Bool},
    {"ComplexFloat", c10::ScalarType::ComplexFloat},
    {"ComplexDouble", c10::ScalarType::ComplexDouble},
    {"uint16", c10::ScalarType::UInt16},
    {"uint32", c10::ScalarType::UInt32},
    {"uint64", c10::ScalarType::UInt64},
    {"float8_e4m3fn", c10::ScalarType::Float8_e4m3fn},
    {"float8_e5m2", c10::ScalarType::Float8_e5m2},
}};

std::optional<c10::ScalarType> typeNamed(std::string_view name)
{
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& entry) { return entry.first == name; });
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

/// "torch.FloatStorage" -> Float
std::optional<c10::ScalarType> storageType(std::string_view name)
{
    constexpr std::string_view kPrefix = "torch.";
    constexpr std::string_view kSuffix = "Storage";
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix))
        return std::nullopt;
    return typeNamed(name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size()));
}

bool isOneOf(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view withoutBuiltins(std::string_view name)
{
    for (const std::string_view module : {"builtins.", "__builtin__."})
        if (name.starts_with(module))
            return name.substr(module.size());
    return {};
}

} // namespace

TorchValue* PickleObjects::make(Kind kind)
{
    if (m_values.size() >= kMaxValues)
        m_source.fail("it holds more than " + std::to_string(kMaxValues) + " objects, which no model does");
    auto& value = m_values.emplace_back();
    value.kind = kind;
    return &value;
}

void PickleObjects::append(TorchValue& target, const TorchValue* const* first, std::size_t count)
{
    m_items += count;
    if (m_items > kMaxItems)
        m_source.fail("its lists are longer than any model's");
    if (!target.items.empty() && count > 0 && first >= target.items.data()
        && first < target.items.data() + target.items.size())
        m_source.fail("a list in it is added to itself");
    target.items.insert(target.items.end(), first, first + count);
}

void PickleObjects::spend(std::uint64_t bytes)
{
    m_copiedBytes += bytes;
    if (m_copiedBytes > 4 * m_source.size() + kFreeBytes)
        m_source.fail("it unfolds into far more bytes than it has");
}

std::vector<std::int64_t> PickleObjects::integers(const TorchValue& tuple) const
{
    std::vector<std::int64_t> result;
    if ((tuple.kind != Kind::Tuple && tuple.kind != Kind::List) || tuple.items.size() > 64)
        m_source.fail("the shape of a tensor in it is not a short tuple");
    for (const auto* item : tuple.items) {
        if (item->kind != Kind::Integer || item->integer < 0)
            m_source.fail("the shape or stride of a tensor in it is not a number of elements");
        result.push_back(item->integer);
    }
    return result;
}

TorchValue* PickleObjects::opaque(const std::string& name, const TorchValue& arguments)
{
    spend(name.size());
    auto* value = make(Kind::Opaque);
    value->text = name;
    append(*value, arguments.items.data(), arguments.items.size());
    return value;
}

TorchValue* PickleObjects::container(Kind kind, const TorchValue& arguments)
{
    auto* value = make(kind);
    if (arguments.items.empty())
        return value;
    const auto& source = *arguments.items.front();
    const bool listed = source.kind == Kind::List || source.kind == Kind::Tuple || source.kind == Kind::Set;
    if (kind != Kind::Dict) {
        if (listed)
            append(*value, source.items.data(), source.items.size());
    } else if (source.kind == Kind::Dict) {
        append(*value, source.items.data(), source.items.size());
    } else if (listed) { // OrderedDict([(key, value), ...]) of old Pythons
        for (const auto* pair : source.items) {
            if ((pair->kind != Kind::Tuple && pair->kind != Kind::List) || pair->items.size() != 2)
                m_source.fail("a dictionary in it is made of something other than pairs");
            append(*value, pair->items.data(), 2);
        }
    }
    return value;
}

TorchValue* PickleObjects::rebuildTensor(const TorchValue& arguments, bool typeIsArgument)
{
    const auto& items = arguments.items;
    if (items.size() < (typeIsArgument ? 7 : 4) || items[1]->kind != Kind::Integer || items[1]->integer < 0)
        m_source.fail("a tensor in it is described wrongly");
    const auto reference = m_references.find(items[0]);
    if (reference == m_references.end())
        m_source.fail("a tensor in it has no storage");
    TensorRecipe recipe{nullptr, reference->second, c10::ScalarType::Float, items[1]->integer, integers(*items[2]),
        integers(*items[3])};
    auto type = recipe.storage.type;
    if (typeIsArgument)
        type =
            items[6]->text.starts_with("torch.") ? typeNamed(std::string_view(items[6]->text).substr(6)) : std::nullopt;
    if (!type)
        m_source.fail("a tensor in it has a type that is not supported");
    if (recipe.sizes.size() != recipe.strides.size())
        m_source.fail("the shape and the strides of a tensor in it do not fit each other");
    if (m_recipes.size() >= kMaxTensors)
        m_source.fail("it holds more tensors than any model");
    recipe.type = *type;
    recipe.target = make(Kind::Tensor);
    m_recipes.push_back(recipe);
    return recipe.target;
}

/// Python 3's bytes in protocol 2: _codecs.encode("text", "latin1").
TorchValue* PickleObjects::encodedBytes(const TorchValue& arguments)
{
    if (arguments.items.empty() || arguments.items.front()->kind != Kind::String)
        m_source.fail("bytes in it are coded wrongly");
    const auto& text = arguments.items.front()->text;
    spend(text.size());
    auto* value = make(Kind::Bytes);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            value->text += text[i];
        } else if ((first == 0xc2 || first == 0xc3) && i + 1 < text.size()) {
            const auto second = static_cast<unsigned char>(text[++i]);
            value->text += static_cast<char>(((first & 0x03U) << 6U) | (second & 0x3fU));
        } else {
            m_source.fail("bytes in it are coded wrongly");
        }
    }
    return value;
}

TorchValue* PickleObjects::numpyScalar(const TorchValue& arguments)
{
    if (arguments.items.size() != 2 || arguments.items[1]->kind != Kind::Bytes)
        return opaque("numpy.scalar", arguments);
    const auto type = numpyType(*arguments.items[0]);
    if (!type || arguments.items[1]->text.size() != c10::elementSize(*type) || c10::isComplexType(*type))
        return opaque("numpy.scalar", arguments);
    auto* value = make(Kind::None);
    readNumpyScalar(*value, arguments.items[1]->text, *type);
    return value;
}

void PickleObjects::fillNumpyArray(TorchValue& array, const TorchValue& state)
{
    // (version, shape, dtype, column major, bytes)
    const auto& items = state.items;
    const auto type = items.size() == 5 ? numpyType(*items[2]) : std::nullopt;
    if (!type || items[4]->kind != Kind::Bytes) { // Arrays of text or objects: kept as they are.
        append(array, state.items.data(), state.items.size());
        return;
    }
    spend(items[4]->text.size());
    auto tensor = numpyTensor(integers(*items[1]), *type, items[3]->integer != 0, items[4]->text);
    if (!tensor.defined())
        m_source.fail("an array of numpy in it has another size than its bytes");
    array.kind = Kind::Tensor;
    array.tensor = std::move(tensor);
    array.items.clear();
}

TorchValue* PickleObjects::call(const TorchValue& callable, const TorchValue& arguments)
{
    if (callable.kind != Kind::Opaque || arguments.kind != Kind::Tuple)
        m_source.fail("it calls something that is no function");
    const std::string_view name = callable.text;
    const auto& items = arguments.items;
    if (isOneOf(name, {"torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor"}))
        return rebuildTensor(arguments, /*typeIsArgument=*/false);
    if (name == "torch._utils._rebuild_tensor_v3")
        return rebuildTensor(arguments, /*typeIsArgument=*/true);
    if (isOneOf(name, {"torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"})
        && !items.empty() && items[0]->kind == Kind::Tensor)
        return const_cast<TorchValue*>(items[0]); // Every value is ours; only the links between them are const.
    if (name == "torch._tensor._rebuild_from_type_v2" && items.size() >= 3 && items[0]->text != name)
        return call(*items[0], *items[2]);
    // LibTorch's own pickle_save says of which type a dictionary or a list is.
    if (name.starts_with("torch.jit._pickle.") && !items.empty())
        return const_cast<TorchValue*>(items[0]);
    if (isOneOf(name, {"collections.OrderedDict", "collections.Counter"}) || withoutBuiltins(name) == "dict")
        return container(Kind::Dict, arguments);
    if (name == "collections.defaultdict")
        return make(Kind::Dict);
    if (withoutBuiltins(name) == "list")
        return container(Kind::List, arguments);
    if (name == "torch.Size" || withoutBuiltins(name) == "tuple")
        return container(Kind::Tuple, arguments);
    if (isOneOf(withoutBuiltins(name), {"set", "frozenset"}))
        return container(Kind::Set, arguments);
    if (name == "_codecs.encode")
        return encodedBytes(arguments);
    if (isOneOf(name, {"numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"}))
        return numpyScalar(arguments);
    return opaque(callable.text, arguments);
}

void PickleObjects::setState(TorchValue& object, const TorchValue& state)
{
    if (object.kind != Kind::Opaque)
        return; // Attributes of dictionaries and tensors (such as _metadata) are not data.
    const bool array =
        isOneOf(object.text, {"numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"});
    if (array && state.kind == Kind::Tuple) {
        fillNumpyArray(object, state);
    } else {
        const auto* item = &state;
        append(object, &item, 1);
    }
}

TorchValue* PickleObjects::persistent(const TorchValue& id)
{
    const auto& items = id.items;
    if (id.kind != Kind::Tuple || items.empty())
        m_source.fail("a reference in it is not one that torch.save writes");
    if (items[0]->text == "module" && items.size() > 1)
        return const_cast<TorchValue*>(items[1]);
    if (items[0]->text != "storage" || items.size() < 5 || items[1]->kind != Kind::Opaque
        || items[4]->kind != Kind::Integer || items[4]->integer < 0)
        m_source.fail("a reference in it is not one that torch.save writes");
    StorageReference reference;
    // Before version 0.4 the key was a number.
    reference.key = items[2]->kind == Kind::Integer ? std::to_string(items[2]->integer) : items[2]->text;
    if (reference.key.empty() || reference.key.size() > kMaxKeyLength)
        m_source.fail("a reference in it is not one that torch.save writes");
    reference.untyped = isOneOf(items[1]->text, {"torch.UntypedStorage", "torch.storage.UntypedStorage"});
    reference.type = reference.untyped ? std::optional(c10::ScalarType::Byte) : storageType(items[1]->text);
    reference.elements = static_cast<std::uint64_t>(items[4]->integer);
    m_storages.emplace(reference.key, reference);
    if (items.size() > 5 && items[5]->kind == Kind::Tuple) { // (key of the view, offset, size)
        const auto& view = items[5]->items;
        if (view.size() != 3 || view[1]->kind != Kind::Integer || view[1]->integer < 0)
            m_source.fail("a view in it is described wrongly");
        reference.viewOffset = static_cast<std::uint64_t>(view[1]->integer);
    }
    auto* value = make(Kind::Opaque);
    value->text = items[1]->text;
    m_references.emplace(value, std::move(reference));
    return value;
}

} // namespace models::weights::detail
