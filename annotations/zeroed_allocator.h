#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>
#include <utility>

namespace annotations {

/// For vectors that are made once, full of zeros, and never grow: the system gives memory of zeros that takes room only
/// where something else is written. The masks of a CT would otherwise take as much as its voxels before the first
/// stroke.
template <typename T> struct ZeroedAllocator
{
    using value_type = T;

    ZeroedAllocator() = default;
    template <typename U> ZeroedAllocator(const ZeroedAllocator<U>&) noexcept { }

    T* allocate(std::size_t count)
    {
        if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
            throw std::bad_array_new_length();
        void* memory = std::calloc(count, sizeof(T));
        if (!memory)
            throw std::bad_alloc();
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t) noexcept { std::free(memory); }

    /// What a vector would set to zero is zero already.
    template <typename U> void construct(U*) noexcept { }
    template <typename U, typename... Arguments> void construct(U* at, Arguments&&... arguments)
    {
        ::new (static_cast<void*>(at)) U(std::forward<Arguments>(arguments)...);
    }

    friend bool operator==(const ZeroedAllocator&, const ZeroedAllocator&) { return true; }
};

} // namespace annotations
