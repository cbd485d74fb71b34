#include "models/training/pair_steps.h"

#include "models/layers/token_loss.h"
#include "models/training/batch.h"
#include "models/training/process_group.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <span>

namespace models::training {

namespace {

/// FNV-1a: the same on every machine and in every process.
std::int64_t idOf(const std::string& text)
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char character : text)
        hash = (hash ^ static_cast<unsigned char>(character)) * 1099511628211ULL;
    return static_cast<std::int64_t>(hash);
}

at::Tensor idsOf(const std::vector<std::string>& texts)
{
    auto ids = at::empty({std::int64_t(texts.size())}, at::kLong);
    for (std::size_t i = 0; i < texts.size(); ++i)
        ids.data_ptr<std::int64_t>()[i] = idOf(texts[i]);
    return ids;
}

std::string wayRound(const Augmentation& augmentation)
{
    return (augmentation.flip ? "|f" : "|") + std::to_string(augmentation.quarterTurns)
        + (augmentation.topDown ? "t" : "");
}

/// Texts here are of whole pictures: no part of one, and none that is not true of it.
Augmentation withoutMaskChanges(Augmentation augmentation)
{
    augmentation.sides = annotations::ShownSides::Both;
    augmentation.emptyText.reset();
    augmentation.otherSide = false;
    return augmentation;
}

} // namespace

PairSteps::PairSteps(
    const PairOptions& options, const PairData& data, const vision::PictureFit& fit, const ProcessGroup* group)
    : m_options(options)
    , m_data(data)
    , m_fit(fit)
    , m_group(group)
    , m_plan(options, data.split, std::nullopt, group ? group->size() : 1)
{
}

/// What a step shows of all processes.
struct PairSteps::Shown
{
    std::vector<std::int64_t> indices;
    std::vector<Augmentation> augmentations;
};

BatchOptions PairSteps::batchOptions() const
{
    BatchOptions options{3, m_options.textSides};
    options.paraphrases = m_options.augmentation.paraphrases;
    return options;
}

PairSteps::Shown PairSteps::fillWords(PairInput& input, std::int64_t step) const
{
    Shown shown;
    std::vector<std::string> pictures;
    for (const auto& visit : m_plan.labelled(step)) {
        const auto& sample = m_data.training.samples[std::size_t(visit.index)];
        shown.indices.push_back(visit.index);
        shown.augmentations.push_back(withoutMaskChanges(
            drawAugmentation(m_options.augmentation, m_options.seed, visit.pass, visit.index, sample.texts)));
        if (m_data.training.hasMasks())
            input.hasMask.push_back(sample.labelled);
        input.texts.push_back(shownText(m_data.training, visit.index, shown.augmentations.back(), batchOptions()));
        pictures.push_back(sample.image + wayRound(shown.augmentations.back()));
    }
    input.textIds = idsOf(input.texts);
    input.pictureIds = idsOf(pictures);
    const auto all = std::int64_t(shown.indices.size());
    const auto [first, last] = m_group ? m_group->shareOf(all) : std::pair(std::int64_t(0), all);
    input.first = first;
    input.count = last - first;
    return shown;
}

void PairSteps::fillTexts(PairInput& input, std::int64_t step) const
{
    fillWords(input, step);
}

void PairSteps::fill(PairInput& input, std::int64_t step) const
{
    const auto shown = fillWords(input, step);
    const auto share = [&](const auto& whole) {
        return std::span(whole).subspan(std::size_t(input.first), std::size_t(input.count));
    };
    auto batch =
        makeBatch(m_data.training, nullptr, share(shown.indices), share(shown.augmentations), batchOptions());
    input.pixels = std::move(batch.images);
    input.masks = std::move(batch.masks);
    normalise(input.pixels, m_fit);
}

std::vector<std::string> PairSteps::pictures(std::int64_t step) const
{
    std::vector<std::string> names;
    for (const auto& visit : m_plan.labelled(step))
        names.push_back(m_data.training.samples[std::size_t(visit.index)].image);
    return names;
}

at::Tensor paddedIds(const text::Tokenizer& tokenizer, const std::vector<std::string>& texts, std::int64_t most)
{
    std::size_t longest = 1;
    for (const auto& one : texts)
        longest = std::max(longest, tokenizer.encode(one, std::size_t(most)).length);
    auto ids = at::empty({std::int64_t(texts.size()), std::int64_t(longest)}, at::kLong);
    auto* to = ids.data_ptr<std::int64_t>();
    for (const auto& one : texts)
        to = std::ranges::copy(tokenizer.encodePadded(one, longest).ids, to).out;
    return ids;
}

at::Tensor paddedLabels(const std::vector<text::TokenIds>& texts)
{
    std::size_t longest = 1;
    for (const auto& ids : texts)
        longest = std::max(longest, ids.size());
    auto labels = at::full({std::int64_t(texts.size()), std::int64_t(longest)}, layers::kNoLabel, at::kLong);
    for (std::size_t i = 0; i < texts.size(); ++i)
        std::ranges::copy(texts[i], labels.data_ptr<std::int64_t>() + i * longest);
    return labels;
}

TextRows ownTexts(const PairInput& input, const text::Tokenizer& tokenizer, std::int64_t most)
{
    const auto first = input.texts.begin() + input.first, last = first + input.count;
    const std::set<std::string> different(first, last);
    const std::vector<std::string> texts(different.begin(), different.end());
    auto rows = at::empty({input.count}, at::kLong);
    for (auto text = first; text != last; ++text)
        rows.data_ptr<std::int64_t>()[text - first] =
            std::lower_bound(texts.begin(), texts.end(), *text) - texts.begin();
    return {paddedIds(tokenizer, texts, most), rows};
}

void normalise(at::Tensor& images, const vision::PictureFit& fit)
{
    // By hand: this runs in the loader's threads, where ATen would start threads of its own.
    auto* values = images.data_ptr<float>(); // channels-last
    for (std::int64_t i = 0; i < images.numel(); ++i) {
        const auto channel = std::size_t(i % 3);
        values[i] = (values[i] - fit.mean[channel]) / fit.deviation[channel];
    }
}

at::Tensor belongTogether(const at::Tensor& textIds, const at::Tensor& pictureIds, const at::Tensor& otherTextIds,
    const at::Tensor& otherPictureIds)
{
    return (textIds.unsqueeze(1) == otherTextIds.unsqueeze(0))
        .logical_or(pictureIds.unsqueeze(1) == otherPictureIds.unsqueeze(0));
}

at::Tensor withOthers(const at::Tensor& own, const PairInput& input, const ProcessGroup* group)
{
    if (!group)
        return own;
    const auto all = input.textIds.size(0);
    auto shape = own.sizes().vec();
    shape[0] = all;
    auto rows = at::zeros(shape, own.options());
    rows.narrow(0, input.first, input.count).copy_(own.detach());
    group->sum(rows);
    const double processes = group->size();
    const auto counted = own * processes - own.detach() * (processes - 1); // The value stays, the gradient grows.
    return at::cat({rows.narrow(0, 0, input.first), counted,
        rows.narrow(0, input.first + input.count, all - input.first - input.count)});
}

} // namespace models::training
