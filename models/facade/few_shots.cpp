#include "models/facade/few_shots.h"

#include "models/data/random.h"

#include <algorithm>

namespace models {

std::vector<std::size_t> drawShots(std::span<const int> labels, int classes, int shots, std::uint64_t seed)
{
    constexpr std::uint64_t kShotStream = 0x5407;
    std::vector<std::vector<std::size_t>> byClass(std::size_t(std::max(classes, 0)));
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] >= 0 && labels[i] < classes)
            byClass[std::size_t(labels[i])].push_back(i);
    std::vector<std::size_t> drawn;
    for (std::size_t label = 0; label < byClass.size(); ++label) {
        const auto& own = byClass[label];
        const auto order =
            data::shuffledIndices(std::int64_t(own.size()), data::SeededRandom{seed, kShotStream, label});
        for (std::size_t i = 0; i < std::min(own.size(), std::size_t(std::max(shots, 0))); ++i)
            drawn.push_back(own[std::size_t(order[i])]);
    }
    return drawn;
}

int baseClasses(int classes)
{
    return (classes + 1) / 2;
}

} // namespace models
