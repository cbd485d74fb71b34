#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace models::kernels {

class BufferPool;

/// Gives memory back to the pool that it is from, which must still be there.
struct GiveBack
{
    BufferPool* pool = nullptr;
    std::size_t floats = 0;

    void operator()(float* values) const;
};

/// Floats on whole cache lines. Their values are undefined.
using Buffer = std::unique_ptr<float[], GiveBack>;

/// Keeps the memory of earlier passes for the next one: fresh pages of the system cost more than some layers. Not
/// thread-safe.
class BufferPool
{
public:
    BufferPool() = default;
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    /// Throws std::bad_alloc.
    Buffer take(std::size_t floats);

private:
    friend struct GiveBack;

    struct Unused
    {
        float* values;
        std::size_t floats;
    };
    std::vector<Unused> m_unused;
};

} // namespace models::kernels
