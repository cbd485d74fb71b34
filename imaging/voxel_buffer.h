#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace imaging {

/// Memory for the voxels of a volume, not set to zero first: decoding threads write every byte of it, and large buffers
/// are asked for in large pages. Filling 144 MB with zeros before reading into them would cost a third of the reading.
class VoxelBuffer
{
public:
    VoxelBuffer() = default;
    /// Throws std::bad_alloc when there is no such memory.
    explicit VoxelBuffer(std::size_t size);
    ~VoxelBuffer();
    VoxelBuffer(VoxelBuffer&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr))
        , m_size(std::exchange(other.m_size, 0))
    {
    }
    VoxelBuffer& operator=(VoxelBuffer&& other) noexcept
    {
        std::swap(m_data, other.m_data);
        std::swap(m_size, other.m_size);
        return *this;
    }
    VoxelBuffer(const VoxelBuffer&) = delete;
    VoxelBuffer& operator=(const VoxelBuffer&) = delete;

    std::span<std::byte> bytes() { return {m_data, m_size}; }
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace imaging
