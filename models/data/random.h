#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace models::data {

/// A small generator whose whole state is its seed: the same numbers on every machine and in any order of threads.
/// (splitmix64, Steele, Lea and Flood 2014)
class SeededRandom
{
public:
    /// Mixes the parts, e.g. {seed, epoch, index}.
    explicit SeededRandom(std::initializer_list<std::uint64_t> parts);

    std::uint64_t next();
    double uniform(); ///< 0 <= x < 1
    double within(double radius) { return radius * (2 * uniform() - 1); }
    std::uint64_t below(std::uint64_t bound); ///< 0 <= x < bound; bound > 0

private:
    std::uint64_t m_state = 0;
};

/// 0 .. count-1 in random order.
std::vector<std::int64_t> shuffledIndices(std::int64_t count, SeededRandom random);

/// For each of `count` cases the case whose text it gets: a random cycle, so nobody keeps its own (unless alone).
std::vector<std::size_t> shuffledSources(std::size_t count, std::uint64_t seed);

} // namespace models::data
