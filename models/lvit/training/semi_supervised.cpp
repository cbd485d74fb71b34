#include "models/lvit/training/semi_supervised.h"

#include "models/layers/device.h"
#include "models/lvit/training/lv_loss.h"
#include "models/lvit/training/mask_loss.h"
#include "models/lvit/training/training_data.h"
#include "models/training/augment_frame.h"

#include <torch/utils.h>

#include <utility>

namespace models::lvit {

namespace {

std::optional<ContrastSet> contrastFor(const LvitTrainOptions& options, const TrainingData& data)
{
    if (options.lvWeight == 0)
        return std::nullopt;
    return ContrastSet(contrastCases(options, data.training, data.split), options.contrastSimilarity, data.texts.get());
}

} // namespace

LabelChange& LabelChange::operator+=(const LabelChange& other)
{
    sum += other.sum;
    pictures += other.pictures;
    return *this;
}

SemiSupervised::SemiSupervised(const LvitTrainOptions& options, const TrainingData& data,
    const std::filesystem::path& file, const training::ProcessGroup* group)
    : m_options(options)
    , m_data(data)
    , m_group(group)
    , m_contrast(contrastFor(options, data))
{
    if (!group || group->isFirst())
        m_labels = std::make_unique<PseudoLabels>(
            file, std::int64_t(data.training.samples.size()), /*channels=*/1, options.pictureSize);
}

bool SemiSupervised::movesBetweenEpochs() const
{
    return m_options.unlabelled == UnlabelledUse::Epi && m_options.epiUpdate == EpiUpdate::Epoch;
}

std::optional<LabelChange> SemiSupervised::predictAll(
    LViT& net, const ScoreOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    const torch::NoGradGuard noGradients;
    net->eval();
    LabelChange change;
    const std::span pictures(m_data.split.unlabelled);
    const auto together = std::size_t(options.batchSize) * std::size_t(m_group ? m_group->size() : 1);
    for (std::size_t first = 0; first < pictures.size(); first += together) {
        if (m_group ? m_group->any(stop.stop_requested()) : stop.stop_requested()) {
            if (m_labels)
                m_labels->rollBack();
            return std::nullopt;
        }
        predictTogether(net, pictures.subspan(first, std::min(together, pictures.size() - first)), options, change);
        progress.report(double(first) / double(pictures.size()), "predicting the unlabelled pictures");
    }
    return change;
}

/// Each process predicts its part of the pictures; the one that keeps P gets them all.
void SemiSupervised::predictTogether(
    LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options, LabelChange& change)
{
    const auto count = std::int64_t(pictures.size());
    const auto [begin, end] = m_group ? m_group->shareOf(count) : std::pair(std::int64_t(0), count);
    auto masks = at::zeros({count, 1, m_options.pictureSize, m_options.pictureSize});
    if (begin < end)
        masks.slice(0, begin, end)
            .copy_(predict(net, pictures.subspan(std::size_t(begin), std::size_t(end - begin)), options));
    sumOverProcesses(masks);
    if (!m_labels)
        return;
    const auto everywhere = at::ones({1, m_options.pictureSize, m_options.pictureSize}, at::kBool);
    for (std::int64_t item = 0; item < count; ++item) {
        const auto picture = pictures[std::size_t(item)];
        if (m_labels->has(picture)) {
            change.sum += m_labels->update(picture, masks[item], everywhere, m_options.epiDecay);
            ++change.pictures;
        } else {
            m_labels->set(picture, masks[item]);
        }
    }
}

/// Probabilities [B, 1, S, S].
at::Tensor SemiSupervised::predict(LViT& net, std::span<const std::int64_t> pictures, const ScoreOptions& options) const
{
    const auto batch = training::makeBatch(m_data.training, m_data.texts.get(), pictures, {}, {net->config().channels});
    const layers::AutocastScope autocast(options.halfPrecision, options.device);
    return net->logits(batch.images.to(options.device), training::textsOn(options.device, batch))
        .to(at::kFloat)
        .sigmoid();
}

void SemiSupervised::sumOverProcesses(at::Tensor& tensor) const
{
    if (m_group)
        m_group->sum(tensor);
}

/// P of this process's pictures, [B, 1, S, S], as they are shown.
at::Tensor SemiSupervised::targets(const UnlabelledPictures& pictures, c10::Device device) const
{
    auto labels = at::zeros({std::int64_t(pictures.all.size()), 1, m_options.pictureSize, m_options.pictureSize});
    if (m_labels)
        for (std::size_t item = 0; item < pictures.all.size(); ++item)
            labels[std::int64_t(item)] = m_labels->of(pictures.all[item].index);
    if (m_group)
        m_group->broadcast(labels);
    std::vector<at::Tensor> masks;
    for (std::size_t item = 0; item < pictures.own.visits.size(); ++item)
        masks.push_back(
            training::toShownFrame(labels[pictures.first + std::int64_t(item)], pictures.own.augmentations[item]));
    const auto soft = at::stack(masks).to(device);
    return m_options.unlabelled == UnlabelledUse::Pseudo ? (soft >= 0.5).to(at::kFloat) : soft;
}

SemiSupervised::Loss SemiSupervised::loss(const torch::Tensor& logits, const UnlabelledPictures& pictures) const
{
    Loss loss;
    loss.mask =
        maskLoss(m_options, logits, targets(pictures, logits.device()), std::int64_t(pictures.all.size()), m_group);
    loss.lv = torch::zeros({}, logits.options());
    if (m_contrast)
        contrastLoss(logits.sigmoid(), pictures.own, loss);
    return loss;
}

void SemiSupervised::contrastLoss(const torch::Tensor& probabilities, const ShownPictures& shown, Loss& loss) const
{
    std::vector<torch::Tensor> predicted, contrast;
    for (std::size_t item = 0; item < shown.visits.size(); ++item) {
        const auto& augmentation = shown.augmentations[item];
        const auto& texts = m_data.training.samples[std::size_t(shown.visits[item].index)].texts;
        const auto* nearest = texts.empty() ? nullptr : m_contrast->nearest(texts.at(std::size_t(augmentation.text)));
        if (!nearest)
            continue;
        predicted.push_back(probabilities[std::int64_t(item)]);
        contrast.push_back(training::toShownFrame(nearest->mask, augmentation));
    }
    auto pictures = torch::full({1}, double(predicted.size()), probabilities.options());
    sumOverProcesses(pictures);
    const auto all = pictures.item<double>();
    loss.hasLv = all > 0;
    if (!predicted.empty())
        loss.lv = double(predicted.size()) / all
            * lvLoss(torch::stack(predicted), torch::stack(contrast).to(probabilities.device()));
}

LabelChange SemiSupervised::average(const torch::Tensor& logits, const UnlabelledPictures& pictures)
{
    LabelChange change;
    if (m_options.unlabelled != UnlabelledUse::Epi || m_options.epiUpdate != EpiUpdate::Step)
        return change;
    const torch::NoGradGuard noGradients;
    const auto probabilities = logits.detach().sigmoid().cpu(); // [B, 1, S, S]
    const auto count = std::int64_t(pictures.all.size());
    auto frames = at::zeros({count, 2, m_options.pictureSize, m_options.pictureSize}); // values, where known
    for (std::size_t item = 0; item < pictures.own.visits.size(); ++item) {
        const auto own = training::toOwnFrame(probabilities[std::int64_t(item)], pictures.own.augmentations[item]);
        frames[pictures.first + std::int64_t(item)] = at::cat({own.values, own.known.to(at::kFloat)});
    }
    sumOverProcesses(frames);
    if (!m_labels)
        return change;
    for (std::int64_t item = 0; item < count; ++item) {
        const auto picture = pictures.all[std::size_t(item)].index;
        change.sum +=
            m_labels->update(picture, frames[item].narrow(0, 0, 1), frames[item].narrow(0, 1, 1), m_options.epiDecay);
        ++change.pictures;
    }
    return change;
}

} // namespace models::lvit
