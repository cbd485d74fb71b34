#include "models/clip/training/retrieval.h"

#include "models/clip/training/contrastive_loss.h"
#include "models/clip/training/zero_shot.h"
#include "models/layers/unit_length.h"
#include "models/training/batch.h"
#include "models/training/pair_steps.h"
#include "models/training/written_scores.h"
#include "models/vision/encoding_step.h"

#include <torch/types.h>

#include <algorithm>

namespace models::clip {

namespace {

/// A split with the vectors of its pictures and texts, of length one.
struct Compared
{
    std::vector<std::string> texts; ///< Each once.
    std::vector<std::vector<std::int64_t>> own; ///< Of each picture the places of its texts in `texts`.
    at::Tensor pictureFeatures; ///< [pictures, embedDim]
    at::Tensor textFeatures; ///< [texts, embedDim]
};

std::vector<std::vector<std::int64_t>> ownTexts(const training::PairData& data, const std::vector<std::string>& texts)
{
    std::vector<std::vector<std::int64_t>> own;
    for (const auto index : data.scored) {
        own.emplace_back();
        for (const auto& text : data.validation.samples[std::size_t(index)].texts)
            own.back().push_back(std::lower_bound(texts.begin(), texts.end(), text) - texts.begin());
    }
    return own;
}

double lossOf(Clip& clip, const Compared& compared, std::int64_t batch)
{
    double sum = 0;
    const auto pictures = std::int64_t(compared.own.size());
    for (std::int64_t first = 0; first < pictures; first += batch) {
        const auto count = std::min(batch, pictures - first);
        std::vector<std::int64_t> shown;
        for (std::int64_t i = 0; i < count; ++i)
            shown.push_back(compared.own[std::size_t(first + i)].front());
        const auto rows = torch::tensor(shown);
        const auto together = rows.unsqueeze(1) == rows.unsqueeze(0);
        const auto logits = clip->logits(compared.pictureFeatures.narrow(0, first, count),
            compared.textFeatures.index_select(0, rows.to(compared.textFeatures.device())));
        sum += double(count) * contrastiveLoss(logits.cpu(), together).item<double>();
    }
    return sum / double(pictures);
}

bool has(const std::vector<std::int64_t>& own, std::int64_t text)
{
    return std::find(own.begin(), own.end(), text) != own.end();
}

} // namespace

at::Tensor pictureFeatures(Clip& clip, const data::Dataset& data, std::span<const std::int64_t> all,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop)
{
    const auto& tower = clip->config().vision;
    const auto together =
        std::size_t(vision::encodedTogether(batch, clip->config().imageTokens(), tower.width, tower.layers, device));
    std::vector<at::Tensor> features{torch::empty({0, clip->config().embedDim}, device)};
    for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += together) {
        const auto count = std::min(together, all.size() - first);
        auto images = training::makeBatch(data, nullptr, all.subspan(first, count), {}, {3}).images;
        training::normalise(images, fit);
        features.push_back(layers::unitLength(clip->encodeImage(images.to(device))));
    }
    return torch::cat(features);
}

at::Tensor textFeatures(Clip& clip, const text::Tokenizer& tokenizer, const std::vector<std::string>& texts,
    std::int64_t batch, c10::Device device, const std::stop_token& stop)
{
    std::vector<at::Tensor> features{torch::empty({0, clip->config().embedDim}, device)};
    for (const auto& ids : training::paddedIds(tokenizer, texts, clip->config().contextLength).to(device).split(batch))
        if (!stop.stop_requested())
            features.push_back(layers::unitLength(clip->encodeText(ids)));
    return torch::cat(features);
}

Retrieval retrieve(Clip& clip, const text::Tokenizer& tokenizer, const training::PairData& data,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop)
{
    const torch::NoGradGuard noGradients;
    const auto known = training::textsOf(data.validation, data.scored);
    Compared compared{{known.begin(), known.end()}, {}, {}, {}};
    compared.own = ownTexts(data, compared.texts);
    compared.pictureFeatures = pictureFeatures(clip, data.validation, data.scored, fit, batch, device, stop);
    Retrieval result;
    result.choices = compared.texts.size();
    if (stop.stop_requested())
        return result;
    compared.textFeatures = textFeatures(clip, tokenizer, compared.texts, batch, device, stop);
    if (stop.stop_requested())
        return result;
    const auto cosines = torch::matmul(compared.pictureFeatures, compared.textFeatures.t()).cpu(); // [pictures, texts]
    const auto nearestTexts = cosines.argmax(1), nearestPictures = cosines.argmax(0);
    for (std::size_t picture = 0; picture < compared.own.size(); ++picture) {
        const auto nearest = nearestTexts.data_ptr<std::int64_t>()[picture];
        result.nearest.push_back(compared.texts[std::size_t(nearest)]);
        result.texts += has(compared.own[picture], nearest);
        result.places.add(
            compared.texts[std::size_t(compared.own[picture].front())], compared.texts[std::size_t(nearest)]);
    }
    for (std::size_t text = 0; text < compared.texts.size(); ++text)
        result.pictures +=
            has(compared.own[std::size_t(nearestPictures.data_ptr<std::int64_t>()[text])], std::int64_t(text));
    result.texts /= double(compared.own.size());
    result.pictures /= double(compared.texts.size());
    result.loss = lossOf(clip, compared, batch);
    return result;
}

std::vector<std::string> textsOfNeighbours(Clip& clip, const training::PairData& data, const vision::PictureFit& fit,
    std::int64_t batch, c10::Device device, const std::stop_token& stop)
{
    const torch::NoGradGuard noGradients;
    const auto& known = data.split.labelled;
    const auto trained = pictureFeatures(clip, data.training, known, fit, batch, device, stop);
    const auto asked = pictureFeatures(clip, data.validation, data.scored, fit, batch, device, stop);
    std::vector<std::string> texts;
    if (stop.stop_requested())
        return texts;
    const auto nearest = torch::matmul(asked, trained.t()).argmax(1).cpu();
    for (std::int64_t i = 0; i < nearest.size(0); ++i)
        texts.push_back(
            data.training.samples[std::size_t(known[std::size_t(nearest.data_ptr<std::int64_t>()[i])])].texts.front());
    return texts;
}

scoring::FigureTable retrievalTable(
    const training::PairData& data, const Retrieval& scores, const std::vector<std::string>& neighbours)
{
    auto table = training::writtenTable();
    const auto add = [&](const char* name, const std::vector<std::string>& texts) {
        table.rows.push_back(training::writtenRow(name, training::scoreWritten(texts, data)));
    };
    add("the nearest of all texts of the split", scores.nearest);
    if (!neighbours.empty())
        add("the report of the most alike training picture", neighbours);
    table.rows.push_back(
        training::writtenRow("always the most frequent report", training::scoreMostFrequent(data)));
    return table;
}

scoring::FigureTable zeroShotTable(Clip& clip, const text::Tokenizer& tokenizer, const training::PairData& data,
    const vision::PictureFit& fit, std::int64_t batch, c10::Device device, const std::stop_token& stop)
{
    const at::InferenceMode inference;
    const auto known = training::textsOf(data.training, data.split.labelled);
    const std::vector<std::string> texts(known.begin(), known.end());
    std::vector<std::string> references;
    for (const auto index : data.scored)
        references.push_back(data.validation.samples[std::size_t(index)].texts.front());
    const auto pictures = pictureFeatures(clip, data.validation, data.scored, fit, batch, device, stop);
    if (stop.stop_requested())
        return {};
    const auto features = textFeatures(clip, tokenizer, texts, batch, device, stop);
    if (stop.stop_requested())
        return {};
    return zeroShotByPlace(pictures, references, features, texts);
}

} // namespace models::clip
