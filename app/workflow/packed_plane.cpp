#include "app/workflow/packed_plane.h"

#include <algorithm>

namespace app {

namespace {

/// As PackBits does (TIFF 6.0, section 9): a byte n below 128 says that n + 1 bytes follow as they are, one above 128 that
/// the next byte stands for 257 - n.
constexpr std::size_t kMost = 128;
constexpr std::size_t kWorthARun = 3;

std::size_t runAt(std::span<const std::uint8_t> bytes, std::size_t at)
{
    const std::size_t most = std::min(bytes.size() - at, kMost);
    std::size_t count = 1;
    while (count < most && bytes[at + count] == bytes[at])
        ++count;
    return count;
}

} // namespace

PackedPlane::PackedPlane(std::span<const std::uint8_t> bytes)
    : m_size(bytes.size())
{
    for (std::size_t at = 0; at < bytes.size();) {
        if (const std::size_t run = runAt(bytes, at); run >= kWorthARun) {
            m_packed.push_back(static_cast<std::uint8_t>(257 - run));
            m_packed.push_back(bytes[at]);
            at += run;
            continue;
        }
        const std::size_t begin = at;
        while (at < bytes.size() && at - begin < kMost && runAt(bytes, at) < kWorthARun)
            ++at;
        m_packed.push_back(static_cast<std::uint8_t>(at - begin - 1));
        m_packed.insert(m_packed.end(), bytes.begin() + static_cast<std::ptrdiff_t>(begin),
            bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
    m_packed.shrink_to_fit();
}

std::vector<std::uint8_t> PackedPlane::unpacked() const
{
    std::vector<std::uint8_t> bytes;
    bytes.reserve(m_size);
    for (auto at = m_packed.begin(); at != m_packed.end();) {
        const std::size_t head = *at++;
        if (head < kMost) {
            const auto end = at + static_cast<std::ptrdiff_t>(head + 1);
            bytes.insert(bytes.end(), at, end);
            at = end;
        } else {
            bytes.insert(bytes.end(), 257 - head, *at++);
        }
    }
    return bytes;
}

} // namespace app
