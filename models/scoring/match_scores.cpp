#include "models/scoring/match_scores.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace models::scoring {

namespace {

/// A text's score, and its weight on either side: both sides weigh the same together.
struct Weighed
{
    double score = 0;
    double fitting = 0;
    double other = 0;

    double weight() const { return fitting + other; }
};

std::vector<Weighed> weighed(std::span<const double> fitting, std::span<const double> others)
{
    std::vector<Weighed> all;
    for (const double score : fitting)
        all.push_back({score, 1 / double(fitting.size()), 0});
    for (const double score : others)
        all.push_back({score, 0, 1 / double(others.size())});
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
    return all;
}

/// Half way between two different scores.
double bestThreshold(const std::vector<Weighed>& all)
{
    double error = 1; // Nothing is rejected: all others are wrong, and none that fits.
    double least = error, threshold = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        error += all[i].fitting - all[i].other;
        if (all[i].score < all[i + 1].score && error < least) {
            least = error;
            threshold = (all[i].score + all[i + 1].score) / 2;
        }
    }
    return threshold;
}

/// Texts with scores near each other: sums over them.
struct Group
{
    double scores = 0; ///< Weighed.
    double fitting = 0;
    double weight = 0;

    double share() const { return std::min(1.0, fitting / weight); }
    double score() const { return scores / weight; }
    void add(const Group& other)
    {
        scores += other.scores;
        fitting += other.fitting;
        weight += other.weight;
    }
};

/// Equal scores stay together.
std::vector<Group> groupsOf(const std::vector<Weighed>& all)
{
    constexpr double kGroups = 20;
    std::vector<Group> groups;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool same = i > 0 && all[i].score == all[i - 1].score;
        if (groups.empty() || (!same && groups.back().weight >= 2 / kGroups - 1e-9)) // All together weigh two.
            groups.emplace_back();
        groups.back().add({all[i].score * all[i].weight(), all[i].fitting, all[i].weight()});
    }
    return groups;
}

std::vector<Group> ascending(const std::vector<Group>& groups)
{
    std::vector<Group> joined;
    for (const auto& group : groups) {
        joined.push_back(group);
        while (joined.size() > 1 && joined[joined.size() - 2].share() >= joined.back().share()) {
            const auto last = joined.back();
            joined.pop_back();
            joined.back().add(last);
        }
    }
    return joined;
}

} // namespace

double rocArea(std::span<const double> fitting, std::span<const double> others)
{
    if (fitting.empty() || others.empty())
        return 0.5;
    std::vector<double> sorted(others.begin(), others.end());
    std::sort(sorted.begin(), sorted.end());
    double pairs = 0;
    for (const double score : fitting) {
        const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), score);
        pairs += double(first - sorted.begin()) + double(last - first) / 2;
    }
    return pairs / (double(fitting.size()) * double(others.size()));
}

MatchCalibration calibrated(std::span<const double> fitting, std::span<const double> others)
{
    MatchCalibration result;
    if (rocArea(fitting, others) <= 0.5)
        return result;
    const auto all = weighed(fitting, others);
    result.threshold = bestThreshold(all);
    for (const auto& group : ascending(groupsOf(all)))
        result.points.push_back({group.score(), group.share()});
    return result;
}

double partBelow(std::span<const double> scores, double threshold)
{
    const auto below = std::count_if(scores.begin(), scores.end(), [&](double score) { return score < threshold; });
    return scores.empty() ? 0 : double(below) / double(scores.size());
}

double partRight(std::span<const double> fitting, std::span<const double> others)
{
    constexpr double kMiddle = 0.5;
    if (fitting.empty())
        return 0;
    const double right = 1 - partBelow(fitting, kMiddle);
    return others.empty() ? right : (right + partBelow(others, kMiddle)) / 2;
}

double matchLoss(std::span<const double> fitting, std::span<const double> others)
{
    constexpr double kLeast = 1e-12; // A score of exactly 0 or 1 that is wrong must not outweigh all others.
    const auto meanLoss = [kLeast](std::span<const double> scores, bool fits) {
        double sum = 0;
        for (const double score : scores)
            sum -= std::log(std::max(kLeast, fits ? score : 1 - score));
        return scores.empty() ? 0 : sum / double(scores.size());
    };
    const double own = meanLoss(fitting, true);
    return others.empty() ? own : (own + meanLoss(others, false)) / 2;
}

} // namespace models::scoring
