#include "models/lvit/training/training_report.h"

#include "models/facade/training.h"
#include "models/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace models::lvit {

namespace {

std::optional<double> mean(double sum, std::int64_t count)
{
    return count > 0 ? std::optional(sum / double(count)) : std::nullopt;
}

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

training::EpochRow epochRow(const LvitTrainOptions& options, const training::TrainingPosition& position,
    std::int64_t steps, const scoring::Scores& scores, double secondsWaited)
{
    const auto& sums = position.lossSums;
    training::EpochRow row;
    row.epoch = position.epoch + 1;
    row.learningRate = training::learningRateAt(options, position.epoch, steps - 1, steps);
    row.loss = sums.total / double(steps);
    row.dice = scores.perImageDice;
    row.iou = scores.perImageIou;
    row.pooledDice = scores.pooledDice;
    row.pooledIou = scores.pooledIou;
    row.secondsPerPicture = position.epochSeconds / double(steps * options.batchSize);
    row.seconds = position.seconds;
    row.secondsWaited = secondsWaited;
    row.labelledLoss = sums.labelled / double(steps);
    row.labelledDice = sums.labelledDice / double(steps);
    row.unlabelledLoss = mean(sums.unlabelled, position.unlabelledSteps);
    row.lvLoss = mean(sums.lv, position.lvSteps);
    row.labelChange = mean(position.labelChange.sum, position.labelChange.pictures);
    return row;
}

std::string progressLine(
    const LvitTrainOptions& options, const training::TrainingPosition& position, std::int64_t steps)
{
    const double done = double(position.epoch * steps + position.step);
    const double total = double(options.epochs) * double(steps);
    const int left = int(std::ceil(position.seconds / done * (total - done) / 60));
    char text[160];
    std::snprintf(text, sizeof text, "epoch %d/%d, loss %.4f, best Dice %.2f, %.3f s a picture, %d h %02d min left",
        position.epoch + 1, options.epochs, position.lossSums.total / double(position.step),
        100 * std::max(position.bestDice, 0.0), position.epochSeconds / double(position.step * options.batchSize),
        left / 60, left % 60);
    return text;
}

imaging::Error leftTheRange(const LvitTrainOptions& options, const training::TrainingPosition& position,
    const FailedStep& failed, const std::filesystem::path& stateFile)
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

} // namespace models::lvit
