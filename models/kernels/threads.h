#pragma once

#include <functional>

namespace models::kernels {

/// How many threads compute, Torch's number: as many as there are cores, or what OMP_NUM_THREADS says.
int threadCount();

/// Calls work(piece, thread) for each piece from 0 to `pieces` (without it), on the same threads that Torch computes
/// on; `thread` is below threadCount(). A thread takes the next piece when it is done with one, so that a core that
/// does other work holds up nobody. `work` must not throw.
void onThreads(int pieces, const std::function<void(int piece, int thread)>& work);

/// How many pieces of `size` cover `length`.
inline int pieces(int length, int size)
{
    return (length + size - 1) / size;
}

} // namespace models::kernels
