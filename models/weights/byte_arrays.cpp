#include "models/weights/byte_arrays.h"

#include "models/weights/safetensors_file.h"

namespace models::weights {

ByteArrays readByteArrays(const std::filesystem::path& file)
{
    detail::SafetensorsFile opened(file);
    ByteArrays read{{}, opened.header().metadata};
    for (const auto& entry : opened.header().entries) {
        if (entry.type != "U8" || entry.shape.size() != 1)
            detail::refuseFile(file, "holds more than rows of bytes");
        auto& bytes = read.arrays[entry.name];
        bytes.resize(entry.end - entry.begin);
        opened.read(entry, bytes.data());
    }
    return read;
}

void writeByteArrays(const std::filesystem::path& file,
    const std::map<std::string, std::span<const std::uint8_t>>& arrays, const SafetensorsMetadata& metadata)
{
    std::vector<detail::SafetensorsEntry> entries;
    std::uint64_t offset = 0;
    for (const auto& [name, bytes] : arrays) {
        entries.push_back({name, "U8", {std::int64_t(bytes.size())}, offset, offset + bytes.size()});
        offset += bytes.size();
    }
    detail::SafetensorsWriter output(file, entries, metadata);
    for (const auto& [name, bytes] : arrays)
        output.write(bytes.data(), bytes.size());
    output.commit();
}

} // namespace models::weights
