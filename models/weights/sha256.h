#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace models {

/// SHA-256 (FIPS 180-4) of bytes that arrive in parts.
class Sha256
{
public:
    void update(std::span<const std::byte> bytes);

    /// The digest as 64 lower-case hexadecimal digits. The object must not be used afterwards.
    std::string hexDigest();

private:
    void block(const std::byte* bytes);

    std::array<std::uint32_t, 8> m_state{
        0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU, 0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
    std::array<std::byte, 64> m_buffer{};
    std::uint64_t m_length = 0;
};

/// Digest of a file's content. Throws Error(Io) when it cannot be read.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace models
