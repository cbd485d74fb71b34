#pragma once

#include "imaging/files/atomic_file.h"
#include "models/weights/safetensors_header.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace models::weights::detail {

/// A safetensors file, entry by entry, without Torch.
class SafetensorsFile
{
public:
    /// Throws Error(NotFound), Error(Io), or Error(Model) where the header is wrong.
    explicit SafetensorsFile(const std::filesystem::path& file);

    const SafetensorsHeader& header() const { return m_header; }

    std::uint64_t dataStart() const { return m_dataStart; } ///< Where in the file the entries' offsets begin.

    /// Reads the bytes of an entry of header() to `target`. Throws Error(Model) when the file has become shorter.
    void read(const SafetensorsEntry& entry, void* target);

private:
    std::filesystem::path m_file;
    std::ifstream m_stream;
    SafetensorsHeader m_header;
    std::uint64_t m_dataStart = 0;
};

/// Writes piece by piece to a file that gets its name in commit(), or vanishes. All throw Error(Io).
class SafetensorsWriter
{
public:
    /// Writes the header; the bytes of the entries follow in their order.
    SafetensorsWriter(const std::filesystem::path& target, const std::vector<SafetensorsEntry>& entries,
        const SafetensorsMetadata& metadata);
    SafetensorsWriter(const SafetensorsWriter&) = delete;
    SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;
    ~SafetensorsWriter();

    void write(const void* data, std::size_t bytes);
    void commit();

private:
    explicit SafetensorsWriter(const std::filesystem::path& target);

    imaging::AtomicFile m_file;
    std::filesystem::path m_target;
    int m_descriptor;
};

/// Throws Error(Model): "The file X `reason`. Get the file again."
[[noreturn]] void refuseFile(const std::filesystem::path& file, const std::string& reason);

/// The format's own library allows 100 MB; parsed, that much JSON could take several GB. A header needs about 150 bytes
/// a tensor.
inline constexpr std::uint64_t kMaxHeaderBytes = 25'000'000;

} // namespace models::weights::detail
