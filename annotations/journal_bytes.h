#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace annotations {

static_assert(std::endian::native == std::endian::little, "The journal is written in the machine's byte order.");

/// Adds a value as it lies in memory.
template <typename T> void put(std::string& bytes, T value)
{
    const std::size_t size = bytes.size();
    bytes.resize(size + sizeof(T));
    std::memcpy(bytes.data() + size, &value, sizeof(T));
}

/// Takes a value off the front; nothing when there are too few bytes.
template <typename T> std::optional<T> take(std::string_view& bytes)
{
    if (bytes.size() < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes.remove_prefix(sizeof(T));
    return value;
}

/// Adds a text with its length.
inline void putText(std::string& bytes, std::string_view text)
{
    put(bytes, static_cast<std::uint32_t>(text.size()));
    bytes += text;
}

inline std::optional<std::string> takeText(std::string_view& bytes)
{
    const auto size = take<std::uint32_t>(bytes);
    if (!size || bytes.size() < *size)
        return std::nullopt;
    std::string text(bytes.substr(0, *size));
    bytes.remove_prefix(*size);
    return text;
}

} // namespace annotations
