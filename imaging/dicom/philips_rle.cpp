#include "imaging/dicom/philips_rle.h"

#include "imaging/dicom/prescan.h"
#include "imaging/error.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace imaging {

namespace {

/// Gives the bytes of the stream one by one, runs expanded.
class Runs
{
public:
    explicit Runs(std::span<const std::byte> encoded)
        : m_rest(encoded)
    {
    }

    std::optional<std::uint8_t> next()
    {
        constexpr std::byte kRun{0xA5};
        if (m_left > 0) {
            --m_left;
            return m_value;
        }
        if (m_rest.empty() || (m_rest[0] == kRun && m_rest.size() < 3))
            return std::nullopt;
        if (m_rest[0] != kRun) {
            const auto value = static_cast<std::uint8_t>(m_rest[0]);
            m_rest = m_rest.subspan(1);
            return value;
        }
        m_left = static_cast<unsigned>(m_rest[1]);
        m_value = static_cast<std::uint8_t>(m_rest[2]);
        m_rest = m_rest.subspan(3);
        return m_value;
    }

private:
    std::span<const std::byte> m_rest;
    unsigned m_left = 0;
    std::uint8_t m_value = 0;
};

} // namespace

void decodePhilipsRle(std::span<const std::byte> encoded, std::span<std::byte> destination, const std::string& path)
{
    constexpr std::uint8_t kWholeValue = 0x5A;
    Runs runs(encoded);
    std::uint16_t value = 0;
    std::size_t at = 0;
    auto byte = runs.next();
    for (; byte && at + 1 < destination.size(); byte = runs.next()) {
        if (*byte == kWholeValue) {
            const auto low = runs.next();
            const auto high = runs.next();
            if (!high)
                break;
            value = static_cast<std::uint16_t>(*high << 8U | *low);
        } else {
            value = static_cast<std::uint16_t>(value + static_cast<std::int8_t>(*byte));
        }
        destination[at++] = static_cast<std::byte>(value & 0xFFU);
        destination[at++] = static_cast<std::byte>(value >> 8U);
    }
    // Elements are padded to an even length with a zero.
    if (at != destination.size() || (byte && *byte != 0) || runs.next())
        throw Error(ErrorKind::InvalidInput,
            "The file " + quotedName(path) + " was refused: its PMSCT_RLE1 pixel data is damaged.", path);
}

} // namespace imaging
