#pragma once

#include <c10/core/ScalarType.h>

#include <optional>
#include <string_view>

namespace models::weights::detail {

/// The format's name of a type of Torch's ("F32"); nothing when there is none.
std::optional<std::string_view> safetensorsTypeName(c10::ScalarType type);

/// Torch's type for a name that an entry of a read header has.
c10::ScalarType tensorType(std::string_view name);

} // namespace models::weights::detail
