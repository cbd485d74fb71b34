// Torch's own at::parallel_for runs on one thread in code that is not compiled with OpenMP, as all else of ours is not;
// and with threads of another kind each side would wait for the other's.

#include "models/kernels/threads.h"

#include <ATen/Parallel.h>

#include <omp.h>

namespace models::kernels {

int threadCount()
{
    return at::get_num_threads(); // It sets the number of OpenMP threads, too, when it is first called.
}

void onThreads(int pieces, const std::function<void(int piece, int thread)>& work)
{
    if (pieces == 1)
        return work(0, 0);
    threadCount();
#pragma omp parallel for schedule(dynamic)
    for (int piece = 0; piece < pieces; ++piece)
        work(piece, omp_get_thread_num());
}

} // namespace models::kernels
