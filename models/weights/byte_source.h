#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace models::weights::detail {

/// Checked little-endian reading of a part of a file. Nothing is allocated before the file is known to hold it.
class ByteSource
{
public:
    /// Throws Error(NotFound) or Error(Io).
    explicit ByteSource(const std::filesystem::path& file);

    std::uint64_t size() const { return m_size; } ///< Of the whole file.
    std::uint64_t position() const { return m_position; }
    std::uint64_t remaining() const { return m_end - m_position; }

    /// Reading continues at `begin` and stops at `end`. Throws Error(Model) when the file is shorter.
    void select(std::uint64_t begin, std::uint64_t end);

    std::uint8_t byte();
    std::uint64_t littleEndian(int bytes);
    void read(void* target, std::uint64_t bytes);
    std::string text(std::uint64_t bytes);
    std::string line(std::size_t maxLength); ///< Without its line feed.

    /// Throws Error(Model): "The file X cannot be read: `reason`."
    [[noreturn]] void fail(const std::string& reason) const;

private:
    std::filesystem::path m_file;
    std::ifstream m_stream;
    std::uint64_t m_size = 0;
    std::uint64_t m_position = 0;
    std::uint64_t m_end = 0;
};

} // namespace models::weights::detail
