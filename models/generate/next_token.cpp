#include "models/generate/next_token.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace models::generate {

void applyRules(float* row, std::size_t vocabulary, const TokenIds& history, std::size_t promptLength,
    const GenerateOptions& options)
{
    if (options.repetitionPenalty != 1) {
        const auto penalty = static_cast<float>(options.repetitionPenalty);
        const auto first = options.penalizePrompt ? 0 : static_cast<std::ptrdiff_t>(promptLength);
        const std::set<std::int64_t> seen(history.begin() + first, history.end());
        for (const auto id : seen)
            if (id >= 0 && static_cast<std::size_t>(id) < vocabulary)
                row[id] = row[id] < 0 ? row[id] * penalty : row[id] / penalty;
    }
    const bool tooShort = static_cast<std::int64_t>(history.size() - promptLength) < options.minNewTokens;
    if (tooShort && options.endId >= 0 && static_cast<std::size_t>(options.endId) < vocabulary)
        row[options.endId] = -std::numeric_limits<float>::infinity();
}

std::int64_t drawToken(const float* row, std::size_t vocabulary, const GenerateOptions& options, std::mt19937_64& chance)
{
    std::vector<std::size_t> order(vocabulary);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return row[a] > row[b]; });
    std::vector<double> weights;
    double sum = 0;
    for (const auto id : order)
        sum += weights.emplace_back(std::exp((static_cast<double>(row[id]) - row[order[0]]) / options.temperature));
    double kept = 0;
    std::size_t count = 0;
    while (count < vocabulary && (count == 0 || kept < options.topP * sum))
        kept += weights[count++];
    // Not std::discrete_distribution, whose draws differ between libraries.
    constexpr double kSteps = 9007199254740992.0; // 2^53
    double rest = static_cast<double>(chance() >> 11) / kSteps * kept;
    for (std::size_t i = 0; i < count; ++i)
        if ((rest -= weights[i]) < 0)
            return static_cast<std::int64_t>(order[i]);
    return static_cast<std::int64_t>(order[count - 1]);
}

} // namespace models::generate
