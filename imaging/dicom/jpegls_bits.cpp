#include "imaging/dicom/jpegls_bits.h"

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

/// Bytes up to and with the next FF; all of them when there is none.
Bytes throughNextFf(Bytes bytes)
{
    const void* found = std::memchr(bytes.data(), 0xFF, bytes.size());
    return found ? bytes.first(static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data()) + 1)
                 : bytes;
}

/// Bytes before the next marker: FF and a byte with the highest bit set, or FF at the very end.
std::size_t bytesToMarker(Bytes data)
{
    std::size_t at = 0;
    while (at < data.size()) {
        const Bytes piece = throughNextFf(data.subspan(at));
        at += piece.size();
        const bool isFf = piece.back() == std::byte{0xFF};
        if (isFf && (at == data.size() || (data[at] & std::byte{0x80}) != std::byte{0}))
            return at - 1;
    }
    return at;
}

} // namespace

JpegLsBits::JpegLsBits(Bytes data)
    : m_consumed(data.empty() ? 0 : bytesToMarker(data))
{
    m_bytes.resize(m_consumed + kPadding);
    for (Bytes rest = data.first(m_consumed); !rest.empty();) {
        const Bytes piece = throughNextFf(rest);
        append(piece);
        rest = rest.subspan(piece.size());
        if (piece.back() == std::byte{0xFF})
            --m_size; // The bit behind FF is zero: the next byte is laid over it.
    }
}

void JpegLsBits::append(Bytes bytes)
{
    std::byte* to = m_bytes.data() + m_size / 8;
    const auto shift = static_cast<unsigned>(m_size % 8);
    to[0] |= bytes[0] >> shift;
    for (std::size_t i = 1; i < bytes.size(); ++i)
        to[i] = bytes[i - 1] << (8 - shift) | bytes[i] >> shift;
    if (shift > 0)
        to[bytes.size()] = bytes.back() << (8 - shift);
    m_size += 8 * bytes.size();
}

} // namespace imaging::detail
