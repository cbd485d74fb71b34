#include "models/weights/safetensors_header.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

namespace models::weights::detail {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxRank = 64;
constexpr int kMaxDepth = 3; // A list within an entry within the header.

struct StoredType
{
    std::string_view name;
    std::size_t bytes;
};

constexpr std::array<StoredType, 15> kTypes{{
    {"BOOL", 1},
    {"U8", 1},
    {"I8", 1},
    {"I16", 2},
    {"U16", 2},
    {"F16", 2},
    {"BF16", 2},
    {"I32", 4},
    {"U32", 4},
    {"F32", 4},
    {"F64", 8},
    {"I64", 8},
    {"U64", 8},
    {"F8_E4M3", 1},
    {"F8_E5M2", 1},
}};

const StoredType* typeOf(std::string_view name)
{
    const auto* found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.name == name; });
    return found == kTypes.end() ? nullptr : found;
}

[[noreturn]] void refuse(const std::string& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The safetensors file " + file + " is broken: " + reason + ". Get the file again.", file);
}

/// nlohmann keeps the last of two equal keys; the format forbids them.
json parseWithoutDuplicates(std::string_view text, const std::string& file)
{
    std::vector<std::set<std::string>> keys;
    const auto callback = [&](int depth, json::parse_event_t event, json& parsed) {
        if (depth > kMaxDepth)
            refuse(file, "its header is nested too deep");
        if (event == json::parse_event_t::object_start)
            keys.emplace_back();
        else if (event == json::parse_event_t::object_end)
            keys.pop_back();
        else if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            refuse(file, "the name " + parsed.dump() + " is given twice");
        return true;
    };
    try {
        return json::parse(text, callback);
    } catch (const json::exception&) {
        refuse(file, "its header is not JSON");
    }
}

std::uint64_t elementCount(const std::vector<std::int64_t>& shape, const std::string& name, const std::string& file)
{
    std::uint64_t count = 1;
    for (const auto size : shape)
        if (__builtin_mul_overflow(count, static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1)), &count)
            || count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 16)
            refuse(file, "the shape of " + name + " is impossible");
    return std::find(shape.begin(), shape.end(), 0) == shape.end() ? count : 0;
}

std::vector<std::int64_t> readShape(const json& value, const std::string& name, const std::string& file)
{
    if (!value.is_array() || value.size() > kMaxRank)
        refuse(file, "the shape of " + name + " is not a short list");
    std::vector<std::int64_t> shape;
    for (const auto& size : value) {
        if (!size.is_number_unsigned()
            || size.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            refuse(file, "the shape of " + name + " holds something that is no size");
        shape.push_back(size.get<std::int64_t>());
    }
    return shape;
}

SafetensorsEntry readEntry(const std::string& key, const json& value, const std::string& file)
{
    const std::string name = json(key).dump();
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape")
        || !value.contains("data_offsets") || !value["dtype"].is_string())
        refuse(file, "the entry of " + name + " is not {dtype, shape, data_offsets}");
    const auto* type = typeOf(value["dtype"].get_ref<const std::string&>());
    if (!type)
        refuse(file, "the type " + value["dtype"].dump() + " of " + name + " is unknown");
    const auto& offsets = value["data_offsets"];
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned()
        || !offsets[1].is_number_unsigned())
        refuse(file, "the offsets of " + name + " are not two numbers");
    SafetensorsEntry entry{key, type->name, readShape(value["shape"], name, file), offsets[0].get<std::uint64_t>(),
        offsets[1].get<std::uint64_t>()};
    const auto bytes = elementCount(entry.shape, name, file) * type->bytes;
    if (entry.begin > entry.end || entry.end - entry.begin != bytes)
        refuse(file, "the offsets of " + name + " do not fit its type and shape");
    return entry;
}

SafetensorsMetadata readMetadata(const json& value, const std::string& file)
{
    if (!value.is_object())
        refuse(file, "__metadata__ is not an object");
    SafetensorsMetadata metadata;
    for (const auto& [key, text] : value.items()) {
        if (!text.is_string())
            refuse(file, "__metadata__ holds something that is not text");
        metadata.emplace(key, text.get<std::string>());
    }
    return metadata;
}

void checkCoverage(const std::vector<SafetensorsEntry>& entries, std::uint64_t dataBytes, const std::string& file)
{
    std::uint64_t expected = 0;
    for (const auto& entry : entries) {
        if (entry.begin != expected)
            refuse(file,
                std::string(entry.begin < expected ? "an overlap" : "a hole") + " before " + json(entry.name).dump());
        expected = entry.end;
    }
    if (expected != dataBytes)
        refuse(file,
            "its tensors need " + std::to_string(expected) + " bytes but " + std::to_string(dataBytes)
                + " follow the header");
}

} // namespace

std::string safetensorsHeader(const std::vector<SafetensorsEntry>& entries, const SafetensorsMetadata& metadata)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    for (const auto& entry : entries)
        header[entry.name] = {
            {"dtype", entry.type}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
    auto text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

SafetensorsHeader parseSafetensorsHeader(std::string_view text, std::uint64_t dataBytes, const std::string& file)
{
    if (text.empty() || text.front() != '{')
        refuse(file, "its header does not start with '{'");
    const json parsed = parseWithoutDuplicates(text, file);
    SafetensorsHeader header;
    for (const auto& [key, value] : parsed.items()) {
        if (key == "__metadata__")
            header.metadata = readMetadata(value, file);
        else
            header.entries.push_back(readEntry(key, value, file));
    }
    std::sort(header.entries.begin(), header.entries.end(), [](const auto& left, const auto& right) {
        return std::pair(left.begin, left.end) < std::pair(right.begin, right.end);
    });
    checkCoverage(header.entries, dataBytes, file);
    return header;
}

} // namespace models::weights::detail
