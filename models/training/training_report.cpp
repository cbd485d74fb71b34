#include "models/training/training_report.h"

#include "models/training/train_options.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace models::training {

namespace {

/// "'a.png', 'b.png', 'c.png' and 13 more"
std::string shortList(const std::vector<std::string>& names)
{
    constexpr std::size_t kNamed = 3;
    std::string list;
    for (std::size_t i = 0; i < std::min(kNamed, names.size()); ++i)
        list += (list.empty() ? "'" : ", '") + names[i] + "'";
    return names.size() > kNamed ? list + " and " + std::to_string(names.size() - kNamed) + " more" : list;
}

} // namespace

std::string progressLine(
    const TrainOptions& options, const TrainingPosition& position, std::int64_t steps, const ScoreKind& score)
{
    const double done = double(position.epoch * steps + position.step);
    const double total = double(options.epochs) * double(steps);
    const int left = int(std::ceil(position.seconds / done * (total - done) / 60));
    char loss[64], time[96];
    std::snprintf(loss, sizeof loss, "epoch %d/%d, loss %.4f, ", position.epoch + 1, options.epochs,
        position.lossSum / double(position.step));
    std::snprintf(time, sizeof time, ", %.3f s a picture, %d h %02d min left",
        position.epochSeconds / double(position.step * options.batchSize), left / 60, left % 60);
    const bool none = position.bestEpoch == 0;
    return loss + (none ? "no " + score.name + " yet" : "best " + scoreText(score, position.bestScore)) + time;
}

imaging::Error leftTheRange(const TrainOptions& options, const TrainingPosition& position, const FailedStep& failed,
    const std::filesystem::path& stateFile)
{
    const auto output = options.output.string();
    std::string kept = position.bestEpoch > 0
        ? "The package of epoch " + std::to_string(position.bestEpoch) + " is kept in '" + output + "'."
        : std::string("No epoch was finished, so there is no package.");
    if (!stateFile.empty())
        kept += " The last good state is kept in '" + stateFile.string() + "'.";
    return {imaging::ErrorKind::Model,
        "The training has left the range of numbers in epoch " + std::to_string(failed.epoch + 1) + ", step "
            + std::to_string(failed.step + 1) + " (pictures " + shortList(failed.pictures)
            + "): lower the learning rate. " + kept,
        output};
}

} // namespace models::training
