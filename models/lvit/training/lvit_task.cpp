#include "models/lvit/training/lvit_task.h"

#include "models/facade/lvit_settings.h"
#include "models/lvit/training/compared_settings.h"
#include "models/lvit/training/initial_weights.h"
#include "models/lvit/training/training_package.h"
#include "models/training/optimizer.h"
#include "models/training/shown_texts.h"
#include "models/training/written_package.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <torch/utils.h>

namespace models::lvit {

namespace {

constexpr const char* kPredictedEpoch = "predictedEpoch";

LViTPackage packageOf(const LvitTrainOptions& options, const TrainingData& data)
{
    auto package = packageFor(options, data.textWidth);
    package.colour = data.training.channels == 3;
    return package;
}

LViT firstNetwork(const LvitTrainOptions& options, const LViTConfig& config, const training::TrainingPlace& place)
{
    torch::manual_seed(options.seed);
    LViT net(config);
    if (!place.resumes())
        takeInitialWeights(options, *net);
    training::toTrainingLayout(*net, place.device());
    return net;
}

std::unique_ptr<SemiSupervised> semiSupervised(
    const LvitTrainOptions& options, const TrainingData& data, const training::TrainingPlace& place)
{
    if (options.unlabelled == UnlabelledUse::None || data.split.unlabelled.empty())
        return nullptr;
    return std::make_unique<SemiSupervised>(options, data, place.folder() / kPseudoLabelsFile, place.group());
}

std::optional<training::UnlabelledPlan> unlabelledPlan(const LvitTrainOptions& options)
{
    return options.unlabelled == UnlabelledUse::None ? std::nullopt : std::optional(options.unlabelledPlan);
}

std::vector<double> figuresOf(const scoring::Scores& scores)
{
    return {scores.perImageDice, scores.perImageIou, scores.pooledDice, scores.pooledIou};
}

double valueOf(const training::Figures& figures, const char* name)
{
    const auto found = figures.find(name);
    return found == figures.end() ? 0 : found->second;
}

std::optional<double> mean(const training::Figures& figures, const char* sum, const char* count)
{
    const double counted = valueOf(figures, count);
    return counted > 0 ? std::optional(valueOf(figures, sum) / counted) : std::nullopt;
}

} // namespace

LvitTask::LvitTask(const LvitTrainOptions& options, const TrainingData& data, const training::TrainingPlace& place)
    : m_options(options)
    , m_data(data)
    , m_place(place)
    , m_package(packageOf(options, data))
    , m_net(firstNetwork(options, m_package.network, place))
    , m_plan(m_options, data.split, unlabelledPlan(m_options), place.processes())
    , m_semi(semiSupervised(m_options, data, place))
    , m_step(m_options, data, m_plan, place.device(), m_semi.get(), place.group())
{
}

std::unique_ptr<training::StepInput> LvitTask::input(std::int64_t step) const
{
    return std::make_unique<LvitInput>(m_step.input(step));
}

training::StepLosses LvitTask::losses(std::int64_t step, const training::StepInput& input)
{
    return m_step.losses(step, static_cast<const LvitInput&>(input), m_net);
}

training::Figures LvitTask::stepDone(const training::StepInput& input)
{
    return m_step.average(static_cast<const LvitInput&>(input));
}

bool LvitTask::preparesEpoch(const training::TrainingPosition& position) const
{
    return m_plan.showsUnlabelled(position.epoch * stepsPerEpoch()) && m_predictedEpoch <= position.epoch
        && (m_predictedEpoch == 0 || m_semi->movesBetweenEpochs());
}

std::optional<training::Figures> LvitTask::prepareEpoch(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    auto options = scoreOptions();
    options.halfPrecision = m_options.halfPrecision;
    options.batchSize = m_options.batchSize;
    const auto change = m_semi->predictAll(m_net, options, stop, progress);
    if (!change)
        return std::nullopt;
    m_predictedEpoch = position.epoch + 1;
    return lvit::figuresOf(*change);
}

std::vector<training::LogColumn> LvitTask::validationColumns() const
{
    return {{"valid_dice", "valid/dice"}, {"valid_iou", "valid/iou"}, {"valid_pooled_dice", "valid/pooled_dice"},
        {"valid_pooled_iou", "valid/pooled_iou"}};
}

std::vector<double> LvitTask::validate(const std::stop_token& stop)
{
    return figuresOf(scoresOf(m_net, "given", stop));
}

std::vector<training::LogColumn> LvitTask::figureColumns() const
{
    return {{"labelled_loss", "train/labelled_loss"}, {"unlabelled_loss", "train/unlabelled_loss"},
        {"lv_loss", "train/lv_loss"}, {"epi_change", "train/epi_change"}, {"labelled_dice", "train/labelled_dice"}};
}

std::vector<std::optional<double>> LvitTask::figures(const training::TrainingPosition& position) const
{
    const auto& sums = position.sums;
    const auto steps = double(stepsPerEpoch());
    return {valueOf(sums, "labelledLossSum") / steps, mean(sums, "unlabelledLossSum", "unlabelledSteps"),
        mean(sums, "lvLossSum", "lvSteps"), mean(sums, "labelChangeSum", "labelChangePictures"),
        valueOf(sums, "labelledDiceSum") / steps};
}

void LvitTask::started()
{
    training::writeLabelledSplit(m_place.folder() / "labelled.csv", m_data.training, m_data.split);
}

void LvitTask::writeBest(const training::TrainingPosition& position, const std::vector<double>& validation)
{
    const scoring::Scores scores{validation[0], validation[1], validation[2], validation[3]};
    writePackage(m_options, m_package, *m_net, m_data, {position.bestEpoch, position.seconds, {{"given", scores}}});
}

bool LvitTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    const auto file = m_options.output / "model.safetensors";
    LViT best(m_package.network);
    weights::loadWeights(*best, weights::readSafetensors(file), file.string());
    training::toTrainingLayout(*best, m_place.device());
    CardFigures figures{position.bestEpoch, position.seconds, {}};
    for (const auto* kind : {"given", "none", "shuffled"}) {
        progress.report(1, std::string("scoring the best epoch, text: ") + kind);
        figures.scores.emplace_back(kind, scoresOf(best, kind, stop));
    }
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(
        kScore, figures.scores.front().second.perImageDice, position.bestScore, m_options.output);
    writeModelCard(m_options, *best, m_data, figures);
    return true;
}

std::string LvitTask::settings() const
{
    return settingsToCompare(m_options, m_data, m_place.processes());
}

std::string LvitTask::defaultSettings() const
{
    return optionsToJson(LvitTrainOptions());
}

void LvitTask::keep(training::TrainingState& state)
{
    state.lasting[kPredictedEpoch] = m_predictedEpoch;
    if (!labels())
        return;
    labels()->sync();
    state.tensors[kLabelRows] = labels()->rows();
}

void LvitTask::kept()
{
    if (labels())
        labels()->commit();
}

void LvitTask::restore(training::TrainingState& state)
{
    auto& sums = state.position.sums;
    m_predictedEpoch = int(valueOf(sums, kPredictedEpoch));
    sums.erase(kPredictedEpoch);
    // States of earlier versions lack it; they had labelled pictures only.
    sums.try_emplace("labelledLossSum", state.position.lossSum);
    if (const auto rows = state.tensors.find(kLabelRows); rows != state.tensors.end() && labels())
        labels()->restore(rows->second);
}

/// Of the validation split, with the kind of text that textsFor() knows.
scoring::Scores LvitTask::scoresOf(LViT& net, const char* text, const std::stop_token& stop) const
{
    const auto texts = training::textsFor(text, m_data.validation, m_options.seed);
    return scoreDataset(
        net, m_data.validation,
        [&](std::size_t index) { return m_data.texts ? m_data.texts->of(texts[index]) : at::Tensor(); }, scoreOptions(),
        stop);
}

/// In float32, as a package answers.
ScoreOptions LvitTask::scoreOptions() const
{
    return {m_place.device(), /*halfPrecision=*/false, m_package.info.threshold};
}

} // namespace models::lvit
