#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace imaging::detail {

/// Untrusted bytes read from front to back through one small buffer, so that a hostile length never becomes an
/// allocation. Files are read, never mapped: a mapped file that shrinks would end the program with SIGBUS.
class ByteSource
{
public:
    ByteSource() = default;
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    /// Bytes already consumed.
    std::uint64_t position() const { return m_position; }

    /// The next `size` bytes (at most kBufferSize) without consuming them; fewer at the end.
    std::span<const std::byte> peek(std::size_t size);

    /// Consumes up to `size` bytes into `to`; returns how many there were.
    std::size_t read(std::byte* to, std::size_t size);

    /// Consumes `size` bytes unseen; false when the end came first.
    bool skip(std::uint64_t size);

    /// Bytes left, when that is known: a file. Otherwise the largest number: an inflated stream.
    virtual std::uint64_t remaining() const = 0;

    static constexpr std::size_t kBufferSize = 16 * 1024;

protected:
    /// Takes the next bytes from beneath the buffer; 0 at the end.
    virtual std::size_t fetch(std::byte* to, std::size_t size) = 0;
    /// Passes bytes beneath the buffer; returns how many there were.
    virtual std::uint64_t pass(std::uint64_t size) = 0;
    std::size_t buffered() const { return m_end - m_begin; }

private:
    std::uint64_t m_position = 0;
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    std::array<std::byte, kBufferSize> m_buffer;
};

/// Bytes in memory, which must outlive the source.
std::unique_ptr<ByteSource> memorySource(std::span<const std::byte> bytes);

/// A regular file. Throws Error(Io) when it cannot be opened.
std::unique_ptr<ByteSource> fileSource(const std::filesystem::path& path);

/// What `source` holds from its position on, inflated (raw deflate, PS3.5 A.5). At most kMostInflated bytes come out,
/// then Error(InvalidInput): a small file must not become endless work. `source` must outlive the result.
std::unique_ptr<ByteSource> inflatingSource(ByteSource& source, const std::filesystem::path& path);

inline constexpr std::uint64_t kMostInflated = std::uint64_t{256} << 20U;

} // namespace imaging::detail
