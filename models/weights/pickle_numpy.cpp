#include "models/weights/pickle_numpy.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace models::weights::detail {

namespace {

constexpr std::array<std::pair<std::string_view, c10::ScalarType>, 14> kTypes{{
    {"f2", c10::ScalarType::Half},
    {"f4", c10::ScalarType::Float},
    {"f8", c10::ScalarType::Double},
    {"i1", c10::ScalarType::Char},
    {"i2", c10::ScalarType::Short},
    {"i4", c10::ScalarType::Int},
    {"i8", c10::ScalarType::Long},
    {"u1", c10::ScalarType::Byte},
    {"u2", c10::ScalarType::UInt16},
    {"u4", c10::ScalarType::UInt32},
    {"u8", c10::ScalarType::UInt64},
    {"b1", c10::ScalarType::Bool},
    {"c8", c10::ScalarType::ComplexFloat},
    {"c16", c10::ScalarType::ComplexDouble},
}};

/// dtype(code, align, copy) got the state (version, byte order, ...).
bool isLittleEndian(const TorchValue& dtype)
{
    const auto state = std::find_if(dtype.items.begin(), dtype.items.end(),
        [](const auto* item) { return item->kind == TorchValue::Kind::Tuple && item->items.size() > 1; });
    return state == dtype.items.end() || (*state)->items[1]->text != ">";
}

} // namespace

std::optional<c10::ScalarType> numpyType(const TorchValue& dtype)
{
    if (dtype.kind != TorchValue::Kind::Opaque || dtype.text != "numpy.dtype" || dtype.items.empty())
        return std::nullopt;
    const auto& code = dtype.items.front()->text;
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& entry) { return entry.first == code; });
    if (found == kTypes.end() || !isLittleEndian(dtype))
        return std::nullopt;
    return found->second;
}

at::Tensor numpyTensor(
    const std::vector<std::int64_t>& shape, c10::ScalarType type, bool columnMajor, const std::string& bytes)
{
    auto expected = static_cast<std::uint64_t>(c10::elementSize(type));
    for (const auto size : shape)
        if (__builtin_mul_overflow(expected, static_cast<std::uint64_t>(size), &expected))
            return {};
    if (expected != bytes.size())
        return {};
    auto stored = shape;
    if (columnMajor)
        std::reverse(stored.begin(), stored.end());
    const bool isBool = type == c10::ScalarType::Bool; // Other bytes than 0 and 1 would be undefined behaviour.
    auto tensor = at::empty(stored, isBool ? c10::ScalarType::Byte : type);
    std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
    if (isBool)
        tensor = tensor.ne(0);
    if (!columnMajor)
        return tensor;
    std::vector<std::int64_t> order(shape.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
    return tensor.permute(order);
}

void readNumpyScalar(TorchValue& value, const std::string& bytes, c10::ScalarType type)
{
    const auto element = numpyTensor({}, type, /*columnMajor=*/false, bytes);
    if (c10::isFloatingType(type)) {
        value.kind = TorchValue::Kind::Real;
        value.real = element.item().toDouble();
    } else {
        value.kind = type == c10::ScalarType::Bool ? TorchValue::Kind::Bool : TorchValue::Kind::Integer;
        value.integer = element.to(c10::ScalarType::Long).item<std::int64_t>();
    }
}

} // namespace models::weights::detail
