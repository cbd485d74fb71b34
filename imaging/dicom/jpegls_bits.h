#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace imaging::detail {

/// The entropy-coded bits of a JPEG-LS scan up to the next marker, in one piece: the zero bit that follows each byte FF
/// (T.87 A.1) is taken out first, so that reading needs no look at single bytes. Zeros follow the end.
class JpegLsBits
{
public:
    JpegLsBits() = default;
    explicit JpegLsBits(std::span<const std::byte> data);

    /// Reads from front to back; a small value, to be kept in registers. Never reads more than kPadding bytes behind
    /// the end when overrun() is asked at least once every 64 bits.
    class Cursor
    {
    public:
        explicit Cursor(const JpegLsBits& bits)
            : m_bytes(bits.m_bytes.data())
            , m_bits(bits.m_size)
        {
        }

        /// The next bits from the highest downwards; at least kWindow of them are real.
        std::uint64_t window() const
        {
            std::uint64_t word = 0;
            std::memcpy(&word, m_bytes + (m_at >> 3U), sizeof word);
            if constexpr (std::endian::native == std::endian::little)
                word = __builtin_bswap64(word);
            return word << (m_at & 7U);
        }
        void skip(int count) { m_at += static_cast<unsigned>(count); }
        bool overrun() const { return m_at > m_bits; }

        static constexpr int kWindow = 57;

    private:
        const std::byte* m_bytes;
        std::uint64_t m_bits;
        std::uint64_t m_at = 0;
    };

    /// Bytes of the scan's data up to the marker behind it, or all of them.
    std::size_t consumed() const { return m_consumed; }

private:
    static constexpr std::size_t kPadding = 24;

    void append(std::span<const std::byte> bytes);

    std::vector<std::byte> m_bytes;
    std::uint64_t m_size = 0; ///< In bits.
    std::size_t m_consumed = 0;
};

} // namespace imaging::detail
