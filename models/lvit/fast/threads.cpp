// Torch's own at::parallel_for runs on one thread in code that is not compiled with OpenMP, as ours is not; and with
// threads of another kind each side would wait for the other's.

#include "models/lvit/fast/threads.h"

#include <omp.h>

namespace models::fast {

int threadCount()
{
    return omp_get_max_threads();
}

void onThreads(int pieces, const std::function<void(int piece, int thread)>& work)
{
    if (pieces == 1)
        return work(0, 0);
#pragma omp parallel for schedule(dynamic)
    for (int piece = 0; piece < pieces; ++piece)
        work(piece, omp_get_thread_num());
}

} // namespace models::fast
