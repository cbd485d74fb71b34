#include "models/blip/training/blip_task.h"

#include "imaging/files/atomic_file.h"
#include "imaging/progress.h"
#include "models/blip/load_blip.h"
#include "models/blip/training/blip_folder.h"
#include "models/blip/training/model_card.h"
#include "models/facade/blip_settings.h"
#include "models/layers/device.h"
#include "models/text/open_tokenizer.h"
#include "models/training/pair_folder.h"
#include "models/weights/load_report.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>

namespace models::blip {

namespace {

constexpr double kLeastTemperature = 0.001;
constexpr double kMostTemperature = 0.5;

at::Tensor sumOf(const BlipTerms& terms)
{
    return terms.compared.defined() ? terms.compared + terms.matched + terms.written : terms.written;
}

} // namespace

BlipTask::BlipTask(
    const BlipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
    : PairTask(options, data, place, fitOf(options), optionsToJson(options), optionsToJson(BlipTrainOptions()))
    , m_options(options)
    , m_tokenizer(text::openBertTokenizer(place.folder(), {"[DEC]", "[ENC]"}))
    , m_learner(initialBlip(options, place))
    , m_shared(sharedParameters(m_learner))
{
    text::requireRows(*m_tokenizer, m_learner->blip->config().text.vocabularySize, place.folder());
    if (compares())
        m_momentum.emplace(m_learner->blip, options.momentum, options.queueSize);
}

std::unique_ptr<training::StepInput> BlipTask::input(std::int64_t step) const
{
    auto input = std::make_unique<BlipInput>();
    m_steps.fill(*input, step);
    input->own = training::ownTexts(*input, *m_tokenizer, m_options.textTokens);
    input->mask = (input->own.ids != m_learner->blip->config().text.padId).to(torch::kLong);
    addWritten(*input);
    return input;
}

/// [DEC], prompt, text and [SEP]; what is given or only fills up is no label.
void BlipTask::addWritten(BlipInput& input) const
{
    std::vector<std::string> texts;
    for (auto i = input.first; i < input.first + input.count; ++i)
        texts.push_back(m_options.prompt + input.texts[std::size_t(i)]);
    const auto& config = m_learner->blip->config();
    const auto given = m_options.prompt.empty() ? 0 : std::int64_t(m_tokenizer->encode(m_options.prompt).length) - 1;
    input.written = training::paddedIds(*m_tokenizer, texts, m_options.textTokens + given);
    input.written.select(1, 0).fill_(config.beginId);
    input.labels = input.written.masked_fill(input.written == config.text.padId, -100);
    input.labels.narrow(1, 0, std::min(given, input.labels.size(1))).fill_(-100);
}

/// As the authors: it grows over the first two epochs.
double BlipTask::softTargets(std::int64_t step) const
{
    return m_options.softTargets * std::min(1.0, double(step) / double(2 * stepsPerEpoch()));
}

/// The second network's, of all processes.
PairVectors BlipTask::vectorsOfAll(const BlipInput& input)
{
    const torch::NoGradGuard noGradients;
    const auto own = m_momentum->vectors(input.pixels.to(m_place.device()), input.own, input.mask);
    return {training::withOthers(own.pictures, input, m_place.group()),
        training::withOthers(own.texts, input, m_place.group()), input.textIds, input.pictureIds};
}

training::StepLosses BlipTask::losses(std::int64_t step, const training::StepInput& shown)
{
    const auto& input = static_cast<const BlipInput&>(shown);
    const double part = double(input.count) / double(input.texts.size());
    if (!compares()) {
        const layers::AutocastScope autocast(m_options.halfPrecision, m_place.device());
        const auto terms = captionTerms(m_learner, input, m_options.labelSmoothing, m_place.device());
        return withMasks({part * terms.written, {{"writtenSum", part * terms.written}}, {}}, terms);
    }
    m_momentum->follow(m_learner->blip);
    const auto now = vectorsOfAll(input);
    BlipTerms terms;
    {
        const layers::AutocastScope autocast(m_options.halfPrecision, m_place.device());
        terms = blipTerms(m_learner, input, now, m_momentum->withQueue(now), softTargets(step),
            m_options.labelSmoothing, m_place.device());
    }
    m_momentum->push(now);
    return withMasks({part * sumOf(terms),
                         {{"comparedSum", part * terms.compared}, {"matchedSum", part * terms.matched},
                             {"writtenSum", part * terms.written}, {"matchedRightSum", part * terms.matchedRight}},
                         {}},
        terms);
}

training::StepLosses BlipTask::withMasks(training::StepLosses losses, const BlipTerms& terms) const
{
    if (terms.masked.defined())
        training::addMaskLoss(losses, terms.masked, m_options.maskWeight);
    return losses;
}

void BlipTask::gradientsDone()
{
    const torch::NoGradGuard noGradients;
    for (auto& [encoder, decoder] : m_shared) {
        if (!encoder.grad().defined() || !decoder.grad().defined())
            continue;
        encoder.mutable_grad().add_(decoder.grad());
        decoder.mutable_grad().copy_(encoder.grad());
    }
}

training::Figures BlipTask::stepDone(const training::StepInput&)
{
    if (!compares())
        return {};
    const torch::NoGradGuard noGradients;
    m_learner->temp.clamp_(kLeastTemperature, kMostTemperature);
    return {{"temperatureSum", m_learner->temp.item<double>()}};
}

std::optional<training::PrecisionGap> BlipTask::precisionGap(std::int64_t step)
{
    auto config = m_learner->blip->config();
    config.text.dropout = config.text.attentionDropout = 0; // Both answers to the same question.
    BlipLearner copy(config, !m_learner->mask_head.is_empty());
    weights::loadWeights(*copy, weights::weightsOf(*m_learner), "the network in training");
    copy->to(m_place.device());
    const auto shown = input(step);
    const auto& given = static_cast<const BlipInput&>(*shown);
    const auto now = compares() ? vectorsOfAll(given) : PairVectors();
    const auto answer = [&](bool half) {
        copy->zero_grad();
        torch::manual_seed(m_options.seed); // The same negatives.
        BlipTerms terms;
        {
            const layers::AutocastScope autocast(half, m_place.device());
            terms = compares() ? blipTerms(copy, given, now, now, 0, m_options.labelSmoothing, m_place.device())
                               : captionTerms(copy, given, m_options.labelSmoothing, m_place.device());
        }
        sumOf(terms).backward();
        training::BatchAnswer result{terms.stages, {}};
        for (const auto& parameter : copy->parameters())
            result.gradients.push_back(parameter.grad().defined() ? parameter.grad().clone() : torch::Tensor());
        return result;
    };
    const auto exact = answer(/*half=*/false);
    return training::gapBetween(exact, answer(/*half=*/true));
}

std::vector<training::LogColumn> BlipTask::validationColumns() const
{
    std::vector<training::LogColumn> columns{{"valid_bleu4", "valid/bleu4"}, {"valid_rouge_l", "valid/rouge_l"},
        {"valid_cider", "valid/cider"}, {"valid_side_accuracy", "valid/side_accuracy"},
        {"valid_zone_f1", "valid/zone_f1"}};
    if (compares())
        columns.push_back({"valid_match_accuracy", "valid/match_accuracy"});
    return columns;
}

std::vector<double> BlipTask::validate(const std::stop_token& stop)
{
    const auto scores = scoresOf(m_learner->blip, stop);
    const auto& [own, places, words] = scores.written;
    std::vector<double> figures{words.bleu4, words.rougeL, words.cider, places.sideAccuracy(), places.zoneF1()};
    if (compares())
        figures.push_back(scores.matches());
    return figures;
}

std::vector<training::LogColumn> BlipTask::figureColumns() const
{
    std::vector<training::LogColumn> columns{{"written_loss", "train/written_loss"}};
    if (compares())
        columns.insert(columns.end(),
            {{"compared_loss", "train/compared_loss"}, {"matched_loss", "train/matched_loss"},
                {"matched_right", "train/matched_right"}, {"temperature", "train/temperature"}});
    if (m_learner->mask_head)
        columns.push_back({"mask_loss", "train/mask_loss"});
    return columns;
}

std::vector<std::optional<double>> BlipTask::figures(const training::TrainingPosition& position) const
{
    const auto mean = [&](const char* name) { return position.sums.at(name) / double(stepsPerEpoch()); };
    std::vector<std::optional<double>> figures{mean("writtenSum")};
    if (compares())
        for (const char* name : {"comparedSum", "matchedSum", "matchedRightSum", "temperatureSum"})
            figures.emplace_back(mean(name));
    if (m_learner->mask_head)
        figures.emplace_back(mean("maskedSum"));
    return figures;
}

void BlipTask::writeBest(const training::TrainingPosition& position, const std::vector<double>&)
{
    writeBlipFolder(m_options, m_place.folder(), *m_learner->blip,
        modelCard(m_options, *m_learner->blip, m_data, {position.bestEpoch, position.seconds, std::nullopt}));
}

bool BlipTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    progress.report(1, "scoring the best epoch");
    auto best = openBlip(m_options.output);
    best->to(m_place.device());
    const auto scores = scoresOf(best, stop);
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(score(), scores.written.words.bleu4, position.bestScore, m_options.output);
    addCalibration(m_options.output, scores.calibration());
    training::addKnownWords(m_options, m_data, m_options.prompt);
    imaging::writeFileAtomically(m_options.output / "README.md",
        modelCard(m_options, *best, m_data, {position.bestEpoch, position.seconds, scores}));
    return true;
}

void BlipTask::keep(training::TrainingState& state)
{
    if (m_momentum)
        m_momentum->keep(state.tensors);
}

void BlipTask::restore(training::TrainingState& state)
{
    if (m_momentum)
        m_momentum->restore(state.tensors);
}

BlipScores BlipTask::scoresOf(Blip& blip, const std::stop_token& stop) const
{
    return scoreBlip(blip, *m_tokenizer, m_data, m_options, m_place.device(), stop);
}

} // namespace models::blip
