#include "models/training/written_package.h"

#include "imaging/error.h"

#include <cmath>
#include <cstdio>

namespace models::training {

std::string percent(double fraction)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", 100 * fraction);
    return text;
}

void requireSameAsWritten(const ScoreKind& kind, double written, double before, const std::filesystem::path& output)
{
    constexpr double kMostOfWriting = 0.02;
    if (std::abs(written - before) <= kMostOfWriting)
        return;
    throw imaging::Error(imaging::ErrorKind::Model,
        "The training does not count as done: on the validation split the package in '" + output.string() + "' gives a "
            + scoreText(kind, written) + " where the network in memory gave " + scoreText(kind, before)
            + ". Do not use it: train again, in float32 and with weights saved in float32, and report this.",
        output.string());
}

} // namespace models::training
