#include "models/clip/training/clip_task.h"

#include "imaging/files/atomic_file.h"
#include "imaging/progress.h"
#include "models/clip/load_clip.h"
#include "models/clip/side_accuracy.h"
#include "models/clip/training/clip_folder.h"
#include "models/clip/training/contrastive_loss.h"
#include "models/clip/training/initial_clip.h"
#include "models/clip/training/model_card.h"
#include "models/facade/clip_settings.h"
#include "models/layers/device.h"
#include "models/layers/unit_length.h"
#include "models/text/open_tokenizer.h"
#include "models/training/pair_folder.h"
#include "models/weights/load_report.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace models::clip {

namespace {

constexpr const char* kScale = "logit_scale";
const double kLargestScale = std::log(100.0);

/// Where texts of all three were learnt from and the pictures are not all of one side.
void addSideAccuracy(const ClipTrainOptions& options, const training::PairData& data, const scoring::FigureTable& table)
{
    const auto row = std::ranges::find_if(table.rows, [](const auto& one) { return one.name.starts_with("side"); });
    if (row == table.rows.end())
        return;
    const auto valueOf = [&](std::string_view key) {
        const auto column = std::ranges::find_if(table.columns, [&](const auto& one) { return one.key == key; });
        return *row->values.at(std::size_t(column - table.columns.begin()));
    };
    writeSideAccuracy(options.output,
        {valueOf("accuracy"), valueOf("most_frequent"),
            "zero-shot on the " + std::to_string(data.scored.size()) + " pictures of the split '" + options.validationSplit
                + "', by which the epoch was chosen: the nearest of left, right and both, each the mean of the vectors of "
                  "all training texts that say it"});
}

/// Length-one vectors of what a process shows, and the logits of all of them.
struct Answer
{
    at::Tensor pictures; ///< [own, embedDim]
    at::Tensor texts; ///< [own, embedDim]
    at::Tensor logits; ///< [all, all] float
    at::Tensor tokens; ///< [own, 1 + patches, width], of the pictures
};

Answer answer(Clip& clip, const ClipInput& input, c10::Device device, bool half, const training::ProcessGroup* group)
{
    Answer result;
    {
        const layers::AutocastScope autocast(half, device);
        auto& tower = clip->visionTower();
        result.tokens = tower->finalTokens(input.pixels.to(device));
        result.pictures = tower->project(result.tokens);
        result.texts = clip->encodeText(input.own.ids.to(device)).index_select(0, input.own.rows.to(device));
    }
    const auto all = [&](const at::Tensor& own) { return training::withOthers(own, input, group); };
    result.pictures = layers::unitLength(result.pictures.to(torch::kFloat));
    result.texts = layers::unitLength(result.texts.to(torch::kFloat));
    result.logits = clip->logits(all(result.pictures), all(result.texts));
    return result;
}

at::Tensor togetherOf(const ClipInput& input, c10::Device device)
{
    return training::belongTogether(input.textIds, input.pictureIds, input.textIds, input.pictureIds).to(device);
}

} // namespace

ClipTask::ClipTask(
    const ClipTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
    : PairTask(options, data, place, fitOf(options), optionsToJson(options), optionsToJson(ClipTrainOptions()))
    , m_options(options)
    , m_tokenizer(text::openTokenizer(place.folder()))
    , m_clip(initialClip(options, place))
{
    text::requireRows(*m_tokenizer, m_clip->config().vocabularySize, place.folder());
    if (options.maskWeight <= 0)
        return;
    m_maskHead = training::MaskHead(m_clip->config().vision.width);
    m_maskHead->to(place.device());
    m_learner = std::make_shared<torch::nn::Module>("ClipLearner");
    m_learner->register_module("clip", m_clip);
    m_learner->register_module("mask_head", m_maskHead);
}

std::unique_ptr<training::StepInput> ClipTask::input(std::int64_t step) const
{
    auto input = std::make_unique<ClipInput>();
    m_steps.fill(*input, step);
    input->own = training::ownTexts(*input, *m_tokenizer, m_clip->config().contextLength);
    return input;
}

training::StepLosses ClipTask::losses(std::int64_t, const training::StepInput& shown)
{
    const auto& input = static_cast<const ClipInput&>(shown);
    const auto device = m_place.device();
    const auto given = answer(m_clip, input, device, m_options.halfPrecision, m_place.group());
    const auto& logits = given.logits;
    const auto together = togetherOf(input, device);
    const double part = 1.0 / m_place.processes();
    const auto right = together.gather(1, logits.detach().argmax(1, /*keepdim=*/true)).to(torch::kFloat).mean();
    training::StepLosses losses{part * contrastiveLoss(logits, together), {{"matchedSum", part * right}}, {}};
    if (m_learner)
        training::addMaskLoss(
            losses, training::maskLoss(m_maskHead, given.tokens, input), m_options.maskWeight);
    return losses;
}

training::Figures ClipTask::stepDone(const training::StepInput&)
{
    const torch::NoGradGuard noGradients;
    auto scale = m_clip->named_parameters()[kScale];
    scale.clamp_(0, kLargestScale);
    return {{"scaleSum", std::exp(scale.item<double>())}};
}

std::optional<training::PrecisionGap> ClipTask::precisionGap(std::int64_t step)
{
    const auto device = m_place.device();
    Clip copy(m_clip->config());
    weights::loadWeights(*copy, weights::weightsOf(*m_clip), "the network in training");
    copy->to(device);
    const auto shown = input(step);
    auto own = static_cast<ClipInput&>(*shown);
    own.textIds = own.textIds.narrow(0, own.first, own.count);
    own.pictureIds = own.pictureIds.narrow(0, own.first, own.count);
    const auto batchAnswer = [&](bool half) {
        copy->zero_grad();
        const auto given = answer(copy, own, device, half, /*group=*/nullptr);
        contrastiveLoss(given.logits, togetherOf(own, device)).backward();
        training::BatchAnswer result{{given.pictures.detach(), given.texts.detach(), given.logits.detach()}, {}};
        for (const auto& parameter : copy->parameters())
            result.gradients.push_back(parameter.grad().defined() ? parameter.grad().clone() : torch::Tensor());
        return result;
    };
    const auto exact = batchAnswer(/*half=*/false);
    return training::gapBetween(exact, batchAnswer(/*half=*/true));
}

std::vector<training::LogColumn> ClipTask::validationColumns() const
{
    return {{"valid_loss", "valid/loss"}, {"valid_retrieval", "valid/retrieval"},
        {"valid_picture_retrieval", "valid/picture_retrieval"}, {"valid_side_accuracy", "valid/side_accuracy"},
        {"valid_zone_f1", "valid/zone_f1"}};
}

std::vector<double> ClipTask::validate(const std::stop_token& stop)
{
    const auto scores = scoresOf(m_clip, stop);
    return {scores.loss, scores.texts, scores.pictures, scores.places.sideAccuracy(), scores.places.zoneF1()};
}

std::vector<training::LogColumn> ClipTask::figureColumns() const
{
    std::vector<training::LogColumn> columns{{"matched", "train/matched"}, {"scale", "train/scale"}};
    if (m_learner)
        columns.push_back({"mask_loss", "train/mask_loss"});
    return columns;
}

std::vector<std::optional<double>> ClipTask::figures(const training::TrainingPosition& position) const
{
    const auto mean = [&](const char* name) { return position.sums.at(name) / double(stepsPerEpoch()); };
    std::vector<std::optional<double>> figures{mean("matchedSum"), mean("scaleSum")};
    if (m_learner)
        figures.emplace_back(mean("maskedSum"));
    return figures;
}

void ClipTask::writeBest(const training::TrainingPosition& position, const std::vector<double>&)
{
    writeClipFolder(m_options, m_place.folder(), *m_clip,
        modelCard(m_options, *m_clip, m_data, {position.bestEpoch, position.seconds, std::nullopt, {}}));
}

bool ClipTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    progress.report(1, "scoring the best epoch");
    auto best = openClip(m_options.output);
    best->to(m_place.device());
    const auto scores = scoresOf(best, stop);
    const auto neighbours = textsOfNeighbours(best, m_data, m_fit, m_options.batchSize, m_place.device(), stop);
    const auto zeroShot =
        zeroShotTable(best, *m_tokenizer, m_data, m_fit, m_options.batchSize, m_place.device(), stop);
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(score(), scores.loss, position.bestScore, m_options.output);
    training::addKnownWords(m_options, m_data);
    addSideAccuracy(m_options, m_data, zeroShot);
    imaging::writeFileAtomically(m_options.output / "README.md",
        modelCard(m_options, *best, m_data, {position.bestEpoch, position.seconds, scores, neighbours}));
    return true;
}

Retrieval ClipTask::scoresOf(Clip& clip, const std::stop_token& stop) const
{
    return retrieve(clip, *m_tokenizer, m_data, m_fit, m_options.batchSize, m_place.device(), stop);
}

} // namespace models::clip
