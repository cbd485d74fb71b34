#pragma once

#include "imaging/error.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <thread>
#include <utility>

namespace models::training {

/// How many items are made at a time when the settings leave it open: a picture costs a few milliseconds, so a quarter
/// of the cores feeds even a fast graphics card.
inline std::size_t suitableLoaderThreads()
{
    return std::clamp(std::thread::hardware_concurrency() / 4, 2U, 16U);
}

/// Makes what the steps of an epoch need ahead of the training, several at a time in threads of their own. An item
/// follows from its step alone, so it does not depend on the number of threads.
///
///     StepLoader<Batch> loader([&](std::int64_t step) { return makeBatch(...); }, first, end, threads);
///     while (...)
///         train(loader.next());
template <typename Item> class StepLoader
{
public:
    /// Gives the item of a step. Called from other threads, several at once.
    using Make = std::function<Item(std::int64_t step)>;

    /// For the steps from `first` to `end` - 1. `threads` items are made at a time; 0: suitableLoaderThreads().
    StepLoader(Make make, std::int64_t first, std::int64_t end, int threads)
        : m_make(std::move(make))
        , m_next(first)
        , m_end(end)
        , m_threads(threads > 0 ? std::size_t(threads) : suitableLoaderThreads())
    {
        fill();
    }

    ~StepLoader() = default; ///< Waits for the items that are being made: a future of std::async does.
    StepLoader(const StepLoader&) = delete;
    StepLoader& operator=(const StepLoader&) = delete;

    /// The item of the next step. Throws what `make` threw for it, Error(Internal) behind the last step.
    Item next()
    {
        if (m_pending.empty())
            throw imaging::Error(imaging::ErrorKind::Internal, "There is nothing behind the last step of an epoch.");
        const auto start = std::chrono::steady_clock::now();
        auto item = m_pending.front().get();
        m_secondsWaited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        m_pending.pop_front();
        fill();
        return item;
    }

    double secondsWaited() const { return m_secondsWaited; } ///< In next(), all calls together.

private:
    void fill()
    {
        while (m_next < m_end && m_pending.size() < m_threads)
            m_pending.push_back(std::async(std::launch::async, m_make, m_next++));
    }

    const Make m_make;
    std::int64_t m_next;
    const std::int64_t m_end;
    const std::size_t m_threads;
    std::deque<std::future<Item>> m_pending; ///< In the order of steps; each is its own thread.
    double m_secondsWaited = 0;
};

} // namespace models::training
