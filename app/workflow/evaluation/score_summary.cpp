#include "app/workflow/evaluation/score_summary.h"

#include "imaging/error.h"
#include "models/facade/evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app {

namespace {

constexpr std::uint64_t kBootstrapStream = 0xB0;
constexpr std::size_t kFigures = 6;

/// Sums over cases that all figures follow from.
struct Totals
{
    double texts = 0;
    double dice = 0;
    double iou = 0;
    models::scoring::PixelCounts pixels;
    double distance = 0;
    double distances = 0;
    double surface = 0;

    Totals& operator+=(const Totals& other)
    {
        texts += other.texts;
        dice += other.dice;
        iou += other.iou;
        pixels += other.pixels;
        distance += other.distance;
        distances += other.distances;
        surface += other.surface;
        return *this;
    }
};

Totals totalsOf(const CaseScore& score)
{
    return {1, models::scoring::dice(score.pixels), models::scoring::iou(score.pixels), score.pixels,
        score.hausdorff95.value_or(0), score.hausdorff95 ? 1.0 : 0.0, score.surfaceDice};
}

std::array<double, kFigures> figuresOf(const Totals& totals)
{
    return {totals.dice / totals.texts, totals.iou / totals.texts, models::scoring::dice(totals.pixels),
        models::scoring::iou(totals.pixels), totals.distances > 0 ? totals.distance / totals.distances : 0,
        totals.surface / totals.texts};
}

/// Linear between neighbours, as numpy.percentile.
double quantile(const std::vector<double>& sorted, double part)
{
    const double place = part * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return std::lerp(sorted[low], sorted[high], place - static_cast<double>(low));
}

std::array<Estimate, kFigures> estimates(const std::vector<Totals>& cases, const Bootstrap& bootstrap)
{
    Totals sum;
    for (const auto& one : cases)
        sum += one;
    const auto values = figuresOf(sum);
    std::array<std::vector<double>, kFigures> resampled;
    models::data::SeededRandom random{bootstrap.seed, kBootstrapStream};
    for (int resample = 0; resample < bootstrap.resamples; ++resample) {
        Totals drawn;
        for (std::size_t i = 0; i < cases.size(); ++i)
            drawn += cases[random.below(cases.size())];
        const auto figures = figuresOf(drawn);
        for (std::size_t figure = 0; figure < kFigures; ++figure)
            resampled[figure].push_back(figures[figure]);
    }
    std::array<Estimate, kFigures> result;
    for (std::size_t figure = 0; figure < kFigures; ++figure) {
        auto& list = resampled[figure];
        result[figure] = {values[figure], values[figure], values[figure]};
        if (list.empty())
            continue;
        std::sort(list.begin(), list.end());
        result[figure].low = quantile(list, 0.025);
        result[figure].high = quantile(list, 0.975);
    }
    return result;
}

} // namespace

ScoreSummary summarizeScores(const std::vector<std::span<const CaseScore>>& lists,
    std::span<const std::size_t> positions, const Bootstrap& bootstrap)
{
    if (lists.empty() || positions.empty())
        throw imaging::Error(imaging::ErrorKind::Internal, "There is no case to summarize.");
    ScoreSummary summary;
    summary.pictures = positions.size();
    std::vector<Totals> cases;
    for (const auto position : positions) {
        Totals one;
        for (const auto& list : lists)
            one += totalsOf(list[position]);
        summary.withoutDistance += one.distances < one.texts ? 1 : 0;
        cases.push_back(one);
    }
    const auto figures = estimates(cases, bootstrap);
    summary.perImageDice = figures[0];
    summary.perImageIou = figures[1];
    summary.pooledDice = figures[2];
    summary.pooledIou = figures[3];
    summary.hausdorff95 = figures[4];
    summary.surfaceDice = figures[5];
    return summary;
}

} // namespace app
