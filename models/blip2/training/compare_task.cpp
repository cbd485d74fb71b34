#include "models/blip2/training/compare_task.h"

#include "imaging/files/atomic_file.h"
#include "imaging/progress.h"
#include "models/blip2/load_blip2.h"
#include "models/blip2/training/blip2_folder.h"
#include "models/blip2/training/model_card.h"
#include "models/facade/blip2_settings.h"
#include "models/text/open_tokenizer.h"
#include "models/training/pair_folder.h"

#include <torch/types.h>

namespace models::blip2 {

namespace {

constexpr double kLeastTemperature = 0.001;
constexpr double kMostTemperature = 0.5;

} // namespace

CompareTask::CompareTask(
    const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
    : PairTask(options, data, place, fitOf(options), optionsToJson(options), optionsToJson(Blip2TrainOptions()))
    , m_options(options)
    , m_tokenizer(text::openBertTokenizer(place.folder(), {"[DEC]"}))
    , m_learner(initialBlip2(options, place))
{
    text::requireRows(*m_tokenizer, m_learner->blip2->config().qformer.bert.vocabularySize, place.folder());
}

std::unique_ptr<training::StepInput> CompareTask::input(std::int64_t step) const
{
    auto input = std::make_unique<CompareInput>();
    m_steps.fill(*input, step);
    input->own = training::ownTexts(*input, *m_tokenizer, m_options.textTokens);
    input->mask = (input->own.ids != m_tokenizer->frame().pad).to(torch::kLong);
    return input;
}

training::StepLosses CompareTask::losses(std::int64_t, const training::StepInput& shown)
{
    const auto& input = static_cast<const CompareInput&>(shown);
    const auto terms = compareTerms(
        m_learner, input, m_options.labelSmoothing, m_tokenizer->find("[DEC]"), m_place.device(), m_place.group());
    const double part = double(input.count) / double(input.texts.size());
    const double alone = 1.0 / m_place.processes(); // Each process compares all with all.
    return {alone * terms.compared + part * (terms.matched + terms.written),
        {{"comparedSum", alone * terms.compared}, {"matchedSum", part * terms.matched},
            {"writtenSum", part * terms.written}, {"matchedRightSum", part * terms.matchedRight}},
        {}};
}

training::Figures CompareTask::stepDone(const training::StepInput&)
{
    const torch::NoGradGuard noGradients;
    m_learner->temp.clamp_(kLeastTemperature, kMostTemperature);
    return {{"temperatureSum", m_learner->temp.item<double>()}};
}

std::vector<training::LogColumn> CompareTask::validationColumns() const
{
    return {{"valid_match_loss", "valid/match_loss"}, {"valid_match_accuracy", "valid/match_accuracy"},
        {"valid_retrieval", "valid/retrieval"}, {"valid_written_loss", "valid/written_loss"}};
}

std::vector<double> CompareTask::validate(const std::stop_token& stop)
{
    m_learner->predictions->eval();
    const auto scores = scoreCompared(m_learner->blip2, m_learner->predictions, scoringPlace(), stop);
    m_learner->predictions->train();
    return {scores.matchLoss(), scores.matches(), scores.retrieval, scores.written};
}

std::vector<training::LogColumn> CompareTask::figureColumns() const
{
    return {{"compared_loss", "train/compared_loss"}, {"matched_loss", "train/matched_loss"},
        {"written_loss", "train/written_loss"}, {"matched_right", "train/matched_right"},
        {"temperature", "train/temperature"}};
}

std::vector<std::optional<double>> CompareTask::figures(const training::TrainingPosition& position) const
{
    std::vector<std::optional<double>> figures;
    for (const char* name : {"comparedSum", "matchedSum", "writtenSum", "matchedRightSum", "temperatureSum"})
        figures.emplace_back(position.sums.at(name) / double(stepsPerEpoch()));
    return figures;
}

void CompareTask::writeBest(const training::TrainingPosition& position, const std::vector<double>&)
{
    writeBlip2Folder(m_options, m_place.folder(), *m_learner->blip2,
        modelCard(m_options, *m_learner->blip2, m_data, {position.bestEpoch, position.seconds, {}}));
}

bool CompareTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    progress.report(1, "scoring the best epoch");
    auto best = openBlip2(placesOf(m_options.output)).blip2;
    best->to(m_place.device());
    const auto scores = scoreCompared(best, nullptr, scoringPlace(), stop);
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(score(), scores.matchLoss(), position.bestScore, m_options.output);
    imaging::writeFileAtomically(m_options.output / "README.md",
        modelCard(m_options, *best, m_data, {position.bestEpoch, position.seconds, tablesOf(scores, m_data)}));
    return true;
}

ScoringPlace CompareTask::scoringPlace() const
{
    return {*m_tokenizer, m_data, m_fit, m_options.batchSize, m_options.textTokens, m_place.device()};
}

} // namespace models::blip2
