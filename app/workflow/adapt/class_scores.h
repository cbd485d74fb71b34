#pragma once

#include <span>
#include <string>
#include <vector>

namespace app {

/// How well pictures are told apart, of one class.
struct ClassScore
{
    std::string name;
    int pictures = 0; ///< That are of the class.
    double accuracy = 0; ///< Part of them that was found (recall).
    double f1 = 0;
};

/// Of all pictures that could be read.
struct ClassScores
{
    int pictures = 0;
    int unread = 0; ///< Not scored.
    double accuracy = 0;
    double macroF1 = 0; ///< Mean of the F1 of the classes that have pictures.
    std::vector<ClassScore> classes;

    double error() const { return 1 - accuracy; }
};

/// `answers[i]` is what was said of a picture of the class `truth[i]`, -1 where it could not be read; both as long.
ClassScores scoreClasses(
    std::span<const int> truth, std::span<const int> answers, const std::vector<std::string>& classes);

/// Of two accuracies; 0 where both are.
double harmonicMean(double first, double second);

struct MeanOfRuns
{
    double mean = 0;
    double deviation = 0; ///< Of a sample; 0 of one run.
};

MeanOfRuns meanOf(std::span<const double> values);

} // namespace app
