#include "imaging/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>

namespace imaging {

namespace {

struct Failure
{
    std::size_t index = 0;
    std::exception_ptr exception;
};

} // namespace

unsigned usefulThreads()
{
    cpu_set_t allowed;
    const int cores = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
    return static_cast<unsigned>(std::clamp(cores, 2, 32));
}

void parallelFor(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work)
{
    threads = static_cast<unsigned>(std::min<std::size_t>(std::max(1U, threads), count));
    std::atomic<std::size_t> next{0};
    std::vector<Failure> failures(threads);
    const auto loop = [&](Failure& failure) {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                failure = {i, std::current_exception()};
                next = count;
                return;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i)
            others.emplace_back([&loop, &failure = failures[i]] { loop(failure); });
        if (threads > 0)
            loop(failures[0]);
    }
    const Failure* first = nullptr;
    for (const Failure& failure : failures) {
        if (failure.exception && (!first || failure.index < first->index))
            first = &failure;
    }
    if (first)
        std::rethrow_exception(first->exception);
}

} // namespace imaging
