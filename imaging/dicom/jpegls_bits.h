#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace imaging::detail {

/// Bits of a JPEG-LS scan, most significant first; after a byte FF only seven bits follow (T.87 A.1). Ends before the
/// next marker and gives zeros from there; overrun() tells.
class JpegLsBits
{
public:
    explicit JpegLsBits(std::span<const std::byte> data)
        : m_next(reinterpret_cast<const std::uint8_t*>(data.data()))
        , m_end(m_next + data.size())
    {
    }

    /// Afterwards at least 56 bits can be taken.
    void refill()
    {
        if (m_count >= 56)
            return;
        if (m_end - m_next >= 8 && !m_afterFf) {
            std::uint64_t word = 0;
            std::memcpy(&word, m_next, 8);
            if constexpr (std::endian::native == std::endian::little)
                word = __builtin_bswap64(word);
            if (!hasFf(word)) {
                m_cache |= word >> m_count;
                const int bytes = (63 - m_count) >> 3;
                m_next += bytes;
                m_count += bytes * 8;
                return;
            }
        }
        refillByByte();
    }

    /// After refill() only.
    int leadingZeros() const { return m_cache == 0 ? 64 : std::countl_zero(m_cache); }

    /// `count` in 0..56, after refill() and not more than it gave.
    std::uint32_t take(int count)
    {
        const auto value = static_cast<std::uint32_t>(count == 0 ? 0 : m_cache >> (64 - count));
        skip(count);
        return value;
    }

    void skip(int count)
    {
        m_cache <<= count;
        m_count -= count;
    }

    /// Whether bits were taken that are not there.
    bool overrun() const { return m_padding > m_count; }

    /// Where the reader stands: at or before the marker that ends the scan.
    const std::byte* position() const { return reinterpret_cast<const std::byte*>(m_next); }

private:
    static bool hasFf(std::uint64_t word)
    {
        const std::uint64_t inverse = ~word;
        return ((inverse - 0x0101010101010101ULL) & word & 0x8080808080808080ULL) != 0;
    }

    void refillByByte()
    {
        // Bits below m_count may hold the beginning of the next byte already; it is put there again.
        while (m_count < 56) {
            if (m_next == m_end || (*m_next == 0xFF && (m_end - m_next < 2 || (m_next[1] & 0x80) != 0))) {
                m_padding += 56 - m_count;
                m_count = 56;
                return;
            }
            const int bits = m_afterFf ? 7 : 8;
            m_cache |= static_cast<std::uint64_t>(*m_next) << (64 - m_count - bits);
            m_count += bits;
            m_afterFf = *m_next == 0xFF;
            ++m_next;
        }
    }

    const std::uint8_t* m_next;
    const std::uint8_t* m_end;
    std::uint64_t m_cache = 0;
    int m_count = 0;
    int m_padding = 0;
    bool m_afterFf = false;
};

} // namespace imaging::detail
