#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace app {

/// Bytes of a plane, packed by runs, exactly: a plane that is empty but for a finding takes a hundredth of its size, and
/// no plane takes more than its size and one byte in 128. For what waits, such as the answers of a whole CT.
class PackedPlane
{
public:
    PackedPlane() = default;
    explicit PackedPlane(std::span<const std::uint8_t> bytes);

    std::vector<std::uint8_t> unpacked() const;
    bool empty() const { return m_size == 0; }
    std::size_t size() const { return m_size; } ///< Of the plane.
    std::size_t packedBytes() const { return m_packed.capacity(); } ///< Memory that it takes.

    friend bool operator==(const PackedPlane& a, const PackedPlane& b)
    {
        return a.m_size == b.m_size && a.m_packed == b.m_packed;
    }

private:
    std::vector<std::uint8_t> m_packed;
    std::size_t m_size = 0;
};

} // namespace app
