#pragma once

#include <string>

namespace models::training {

enum class ScoreUnit {
    Fraction, ///< Of 1; printed in per cent: 0.812 as "81.20".
    Plain, ///< Printed as it is, with four digits behind the point.
};

enum class Better { Higher, Lower };

/// The figure by which a family chooses its best epoch.
struct ScoreKind
{
    std::string name = "score"; ///< What a user calls it: "Dice".
    std::string key = "score"; ///< In JSON documents, behind "best_".
    ScoreUnit unit = ScoreUnit::Plain;
    Better better = Better::Higher;

    /// Whether the first one is; never when it is no number.
    bool isBetter(double value, double than) const { return better == Better::Higher ? value > than : value < than; }
};

/// "Dice 81.20"
std::string scoreText(const ScoreKind& kind, double score);

} // namespace models::training
