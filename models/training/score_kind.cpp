#include "models/training/score_kind.h"

#include <cstdio>

namespace models::training {

std::string scoreText(const ScoreKind& kind, double score)
{
    const bool fraction = kind.unit == ScoreUnit::Fraction;
    char number[48];
    std::snprintf(number, sizeof number, fraction ? "%.2f" : "%.4f", fraction ? 100 * score : score);
    std::string text = kind.name;
    return text.append(" ").append(number);
}

} // namespace models::training
