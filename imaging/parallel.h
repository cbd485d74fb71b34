#pragma once

#include <cstddef>
#include <functional>

namespace imaging {

/// Threads worth starting for decoding: one per core this process may use, at least two so that one can wait for the
/// disk.
unsigned usefulThreads();

/// Calls `work(i)` for every i below `count` on up to `threads` threads (the caller's is one of them), in no fixed
/// order. When calls throw, the rest is left out and the exception of the lowest index that threw is thrown again after
/// all threads ended.
void parallelFor(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

} // namespace imaging
