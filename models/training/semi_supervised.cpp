#include "models/training/semi_supervised.h"

#include "models/lvit/losses.h"
#include "models/lvit/lv_loss.h"
#include "models/training/augment_frame.h"
#include "models/training/device.h"
#include "models/training/train_setup.h"

#include <torch/utils.h>

#include <utility>

namespace models {

namespace {

std::optional<ContrastSet> contrastFor(const LvitTrainOptions& options, const TrainingData& data)
{
    if (options.lvWeight == 0)
        return std::nullopt;
    const auto similarity =
        options.contrastSimilarity == "pooled" ? ContrastSimilarity::Pooled : ContrastSimilarity::Words;
    return ContrastSet(contrastCases(options, data.training, data.split), similarity, data.texts.get());
}

} // namespace

LabelChange& LabelChange::operator+=(const LabelChange& other)
{
    sum += other.sum;
    pictures += other.pictures;
    return *this;
}

torch::Tensor maskLoss(const LvitTrainOptions& options, const torch::Tensor& logits, const torch::Tensor& masks)
{
    if (logits.size(1) > 1)
        return diceCrossEntropy(logits, masks);
    return options.loss == "dice_bce" ? diceBce(logits, masks) : weightedDiceBce(logits.sigmoid(), masks);
}

SemiSupervised::SemiSupervised(const LvitTrainOptions& options, const TrainingData& data, std::filesystem::path file)
    : m_options(options)
    , m_data(data)
    , m_labels(file, std::int64_t(data.training.samples.size()), /*channels=*/1, options.pictureSize)
    , m_contrast(contrastFor(options, data))
{
}

bool SemiSupervised::movesBetweenEpochs() const
{
    return m_options.unlabelled == "epi" && m_options.epiUpdate == "epoch";
}

std::optional<LabelChange> SemiSupervised::predictAll(
    LViT& net, const ScoreOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const torch::NoGradGuard noGradients;
    net->eval();
    LabelChange change;
    const std::span pictures(m_data.split.unlabelled);
    for (std::size_t first = 0; first < pictures.size(); first += std::size_t(options.batchSize)) {
        if (stop.stop_requested()) {
            m_labels.rollBack();
            return std::nullopt;
        }
        const auto count = std::min(std::size_t(options.batchSize), pictures.size() - first);
        predictBatch(net, pictures.subspan(first, count), options, change);
        progress.report(double(first) / double(pictures.size()), "predicting the unlabelled pictures");
    }
    return change;
}

void SemiSupervised::predictBatch(
    LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options, LabelChange& change)
{
    const auto batch = makeBatch(m_data.training, m_data.texts.get(), pictures, {}, {net->config().channels});
    at::Tensor logits;
    {
        const AutocastScope autocast(options.halfPrecision, options.device);
        logits = net->logits(batch.images.to(options.device), textsOn(options.device, batch));
    }
    const auto probabilities = logits.to(at::kFloat).sigmoid().cpu(); // [B, 1, S, S]
    const auto everywhere = at::ones({1, m_options.pictureSize, m_options.pictureSize}, at::kBool);
    for (std::size_t item = 0; item < pictures.size(); ++item) {
        const auto& mask = probabilities[std::int64_t(item)];
        if (m_labels.has(pictures[item])) {
            change.sum += m_labels.update(pictures[item], mask, everywhere, m_options.epiDecay);
            ++change.pictures;
        } else {
            m_labels.set(pictures[item], mask);
        }
    }
}

at::Tensor SemiSupervised::targets(const ShownPictures& shown) const
{
    std::vector<at::Tensor> masks;
    for (std::size_t item = 0; item < shown.visits.size(); ++item)
        masks.push_back(toShownFrame(m_labels.of(shown.visits[item].index), shown.augmentations[item]));
    const auto soft = at::stack(masks); // [B, 1, S, S]
    return m_options.unlabelled == "pseudo" ? (soft >= 0.5).to(at::kFloat) : soft;
}

SemiSupervised::Loss SemiSupervised::loss(const torch::Tensor& logits, const ShownPictures& shown) const
{
    Loss loss;
    loss.mask = maskLoss(m_options, logits, targets(shown).to(logits.device()));
    if (m_contrast)
        loss.lv = contrastLoss(logits.sigmoid(), shown);
    return loss;
}

torch::Tensor SemiSupervised::contrastLoss(const torch::Tensor& probabilities, const ShownPictures& shown) const
{
    std::vector<torch::Tensor> predicted, contrast;
    for (std::size_t item = 0; item < shown.visits.size(); ++item) {
        const auto& augmentation = shown.augmentations[item];
        const auto& texts = m_data.training.samples[std::size_t(shown.visits[item].index)].texts;
        const auto* nearest = texts.empty() ? nullptr : m_contrast->nearest(texts.at(std::size_t(augmentation.text)));
        if (!nearest)
            continue;
        predicted.push_back(probabilities[std::int64_t(item)]);
        contrast.push_back(toShownFrame(nearest->mask, augmentation));
    }
    if (predicted.empty())
        return {};
    return lvLoss(torch::stack(predicted), torch::stack(contrast).to(probabilities.device()));
}

LabelChange SemiSupervised::average(const torch::Tensor& logits, const ShownPictures& shown)
{
    LabelChange change;
    if (m_options.unlabelled != "epi" || m_options.epiUpdate != "step")
        return change;
    const torch::NoGradGuard noGradients;
    const auto probabilities = logits.detach().sigmoid().cpu(); // [B, 1, S, S]
    for (std::size_t item = 0; item < shown.visits.size(); ++item) {
        const auto own = toOwnFrame(probabilities[std::int64_t(item)], shown.augmentations[item]);
        change.sum += m_labels.update(shown.visits[item].index, own.values, own.known, m_options.epiDecay);
        ++change.pictures;
    }
    return change;
}

} // namespace models
