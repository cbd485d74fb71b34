#include "models/weights/safetensors_types.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace models::weights::detail {

namespace {

constexpr std::array<std::pair<std::string_view, c10::ScalarType>, 15> kTypes{{
    {"BOOL", c10::ScalarType::Bool},
    {"U8", c10::ScalarType::Byte},
    {"I8", c10::ScalarType::Char},
    {"I16", c10::ScalarType::Short},
    {"U16", c10::ScalarType::UInt16},
    {"F16", c10::ScalarType::Half},
    {"BF16", c10::ScalarType::BFloat16},
    {"I32", c10::ScalarType::Int},
    {"U32", c10::ScalarType::UInt32},
    {"F32", c10::ScalarType::Float},
    {"F64", c10::ScalarType::Double},
    {"I64", c10::ScalarType::Long},
    {"U64", c10::ScalarType::UInt64},
    {"F8_E4M3", c10::ScalarType::Float8_e4m3fn},
    {"F8_E5M2", c10::ScalarType::Float8_e5m2},
}};

} // namespace

std::optional<std::string_view> safetensorsTypeName(c10::ScalarType type)
{
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& entry) { return entry.second == type; });
    return found == kTypes.end() ? std::nullopt : std::optional(found->first);
}

c10::ScalarType tensorType(std::string_view name)
{
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& entry) { return entry.first == name; });
    if (found == kTypes.end())
        throw imaging::Error(imaging::ErrorKind::Internal, "No tensor has the type " + std::string(name) + ".");
    return found->second;
}

} // namespace models::weights::detail
