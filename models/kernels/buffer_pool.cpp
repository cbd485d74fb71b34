#include "models/kernels/buffer_pool.h"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace models::kernels {

namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t(2) << 20;
constexpr std::size_t kMostWaste = 3;

float* allocated(std::size_t floats)
{
    const bool large = floats * sizeof(float) >= kHugePage;
    const std::size_t unit = large ? kHugePage : kLine;
    const std::size_t bytes = (floats * sizeof(float) + unit - 1) / unit * unit;
    void* memory = ::operator new(bytes, std::align_val_t(unit));
#ifdef __linux__
    if (large)
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return static_cast<float*>(memory);
}

void released(float* values, std::size_t floats)
{
    const bool large = floats * sizeof(float) >= kHugePage;
    ::operator delete(values, std::align_val_t(large ? kHugePage : kLine));
}

} // namespace

void GiveBack::operator()(float* values) const
{
    pool->m_unused.push_back({values, floats});
}

BufferPool::~BufferPool()
{
    for (const auto& unused : m_unused)
        released(unused.values, unused.floats);
}

Buffer BufferPool::take(std::size_t floats)
{
    // The smallest that is large enough; a far larger one is kept for who needs it.
    auto best = m_unused.end();
    for (auto unused = m_unused.begin(); unused != m_unused.end(); ++unused)
        if (unused->floats >= floats && unused->floats <= kMostWaste * floats
            && (best == m_unused.end() || unused->floats < best->floats))
            best = unused;
    if (best == m_unused.end())
        return Buffer(allocated(floats), GiveBack{this, floats});
    Buffer result(best->values, GiveBack{this, best->floats});
    m_unused.erase(best);
    return result;
}

} // namespace models::kernels
