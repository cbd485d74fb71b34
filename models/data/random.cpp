#include "models/data/random.h"

#include <numeric>
#include <utility>

namespace models::data {

namespace {

constexpr std::uint64_t kShuffleStream = 0x5F;

} // namespace

SeededRandom::SeededRandom(std::initializer_list<std::uint64_t> parts)
{
    for (const auto part : parts) {
        m_state ^= part;
        m_state = next();
    }
}

std::uint64_t SeededRandom::next()
{
    m_state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

double SeededRandom::uniform()
{
    return double(next() >> 11) * 0x1.0p-53;
}

std::uint64_t SeededRandom::below(std::uint64_t bound)
{
    return next() % bound; // The bias is below 1e-12 for the bounds of a data set.
}

std::vector<std::int64_t> shuffledIndices(std::int64_t count, SeededRandom random)
{
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (auto left = order.size(); left > 1; --left)
        std::swap(order[left - 1], order[random.below(left)]);
    return order;
}

std::vector<std::size_t> shuffledSources(std::size_t count, std::uint64_t seed)
{
    const auto cycle = shuffledIndices(std::int64_t(count), SeededRandom{seed, kShuffleStream});
    std::vector<std::size_t> source(count);
    for (std::size_t place = 0; place < count; ++place)
        source[std::size_t(cycle[place])] = std::size_t(cycle[(place + 1) % count]);
    return source;
}

} // namespace models::data
