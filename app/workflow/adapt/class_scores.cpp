#include "app/workflow/adapt/class_scores.h"

#include <cmath>
#include <numeric>

namespace app {

ClassScores scoreClasses(
    std::span<const int> truth, std::span<const int> answers, const std::vector<std::string>& classes)
{
    ClassScores scores;
    std::vector<int> right(classes.size()), said(classes.size()), are(classes.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (answers[i] < 0) {
            ++scores.unread;
            continue;
        }
        ++scores.pictures;
        ++are[std::size_t(truth[i])];
        ++said[std::size_t(answers[i])];
        right[std::size_t(truth[i])] += truth[i] == answers[i];
    }
    const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0.0; };
    int seen = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        scores.classes.push_back(
            {classes[i], are[i], share(right[i], are[i]), share(2.0 * right[i], are[i] + said[i])});
        seen += are[i] > 0;
        scores.macroF1 += are[i] > 0 ? scores.classes.back().f1 : 0;
    }
    scores.macroF1 = share(scores.macroF1, seen);
    scores.accuracy = share(std::accumulate(right.begin(), right.end(), 0), scores.pictures);
    return scores;
}

double harmonicMean(double first, double second)
{
    return first + second > 0 ? 2 * first * second / (first + second) : 0;
}

MeanOfRuns meanOf(std::span<const double> values)
{
    if (values.empty())
        return {};
    const auto count = double(values.size());
    MeanOfRuns result{std::accumulate(values.begin(), values.end(), 0.0) / count, 0};
    double squares = 0;
    for (const double value : values)
        squares += (value - result.mean) * (value - result.mean);
    if (values.size() > 1)
        result.deviation = std::sqrt(squares / (count - 1));
    return result;
}

} // namespace app
