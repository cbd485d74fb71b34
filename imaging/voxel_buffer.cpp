#include "imaging/voxel_buffer.h"

#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace imaging {

namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20U;

} // namespace

VoxelBuffer::VoxelBuffer(std::size_t size)
    : m_size(size)
{
    if (size == 0)
        return;
    const std::size_t alignment = size >= 2 * kLargePage ? kLargePage : 64;
    if (size > SIZE_MAX - alignment)
        throw std::bad_alloc();
    m_data = static_cast<std::byte*>(std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment));
    if (!m_data)
        throw std::bad_alloc();
    if (alignment == kLargePage)
        madvise(m_data, size, MADV_HUGEPAGE);
}

VoxelBuffer::~VoxelBuffer()
{
    std::free(m_data);
}

} // namespace imaging
