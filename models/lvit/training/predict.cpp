#include "models/lvit/training/predict.h"

#include "models/layers/device.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <numeric>
#include <utility>

namespace models::lvit {

namespace {

/// [C, S, S] -> [C, rows, columns], contiguous
at::Tensor onGrid(const at::Tensor& probabilities, const data::FullMask& mask)
{
    auto own = probabilities.unsqueeze(0); // [1, C, S, S]
    if (own.size(2) != mask.rows || own.size(3) != mask.columns)
        own = at::upsample_bilinear2d(own, {mask.rows, mask.columns}, /*align_corners=*/false);
    return own[0].contiguous();
}

/// Calls use(index, logits [classes, S, S] on the CPU) for every picture.
template <typename Use>
void predictEach(LViT& net, const data::Dataset& data, const TextOf& textOf, const ScoreOptions& options,
    const std::stop_token& stop, const std::function<void(std::size_t)>& done, const Use& use)
{
    torch::NoGradGuard noGradients;
    net->eval();
    std::vector<std::int64_t> indices;
    const training::TextVectors* const noTexts = nullptr;
    for (std::size_t first = 0; first < data.samples.size() && !stop.stop_requested(); first += indices.size()) {
        indices.resize(std::min(std::size_t(options.batchSize), data.samples.size() - first));
        std::iota(indices.begin(), indices.end(), std::int64_t(first));
        auto batch = training::makeBatch(data, noTexts, indices, {}, {net->config().channels});
        std::vector<at::Tensor> texts;
        for (const auto index : indices)
            if (const auto text = textOf(std::size_t(index)); text.defined())
                texts.push_back(text);
        if (!texts.empty())
            batch.texts = at::stack(texts);
        at::Tensor logits;
        {
            const layers::AutocastScope autocast(options.halfPrecision, options.device);
            logits = net->logits(batch.images.to(options.device), training::textsOn(options.device, batch));
        }
        logits = logits.to(at::kFloat).cpu(); // [B, classes, S, S]
        for (std::size_t item = 0; item < indices.size(); ++item)
            use(first + item, logits[std::int64_t(item)]);
        done(first + indices.size());
    }
}

} // namespace

std::vector<float> onMaskGrid(const at::Tensor& probabilities, const data::FullMask& mask)
{
    const auto own = onGrid(probabilities.to(at::kCPU, at::kFloat), mask); // [1, rows, columns]
    const auto* values = own.const_data_ptr<float>();
    return {values, values + own.numel()};
}

at::Tensor insideOf(const at::Tensor& logits)
{
    return logits.size(0) == 1 ? logits.sigmoid() : 1 - logits.softmax(0).narrow(0, 0, 1);
}

std::vector<scoring::PixelCounts> countClasses(const at::Tensor& logits, const data::FullMask& mask)
{
    const auto likeliest = onGrid(logits.softmax(0), mask).argmax(0).contiguous(); // [rows, columns]
    const auto* values = likeliest.const_data_ptr<std::int64_t>();
    std::vector<scoring::PixelCounts> counts(std::size_t(logits.size(0)));
    for (std::size_t pixel = 0; pixel < mask.labels.size(); ++pixel) {
        ++counts[std::size_t(values[pixel])].predicted;
        ++counts[mask.labels[pixel]].inMask;
        counts[mask.labels[pixel]].both += values[pixel] == mask.labels[pixel];
    }
    counts.erase(counts.begin());
    return counts;
}

std::vector<scoring::PixelCounts> scorePictures(LViT& net, const data::Dataset& data, const TextOf& textOf,
    const ScoreOptions& options, std::stop_token stop, const std::function<void(std::size_t)>& done)
{
    std::vector<scoring::PixelCounts> counts;
    predictEach(net, data, textOf, options, stop, done, [&](std::size_t index, const at::Tensor& logits) {
        const auto& mask = data.fullMasks[index];
        const std::vector<std::uint8_t> truth(mask.values.begin(), mask.values.end());
        counts.push_back(scoring::countPixels(onMaskGrid(insideOf(logits), mask), truth, options.threshold));
    });
    return counts;
}

std::vector<std::vector<scoring::PixelCounts>> scoreClasses(LViT& net, const data::Dataset& data, const TextOf& textOf,
    const ScoreOptions& options, std::stop_token stop, const std::function<void(std::size_t)>& done)
{
    std::vector<std::vector<scoring::PixelCounts>> counts(std::size_t(net->config().classes - 1));
    predictEach(net, data, textOf, options, stop, done, [&](std::size_t index, const at::Tensor& logits) {
        const auto classes = countClasses(logits, data.fullMasks[index]);
        for (std::size_t label = 0; label < classes.size(); ++label)
            counts[label].push_back(classes[label]);
    });
    return counts;
}

scoring::Scores scoreDataset(
    LViT& net, const data::Dataset& data, const TextOf& textOf, const ScoreOptions& options, std::stop_token stop)
{
    const auto ignore = [](std::size_t) {};
    if (net->config().classes == 1)
        return scoring::summarize(scorePictures(net, data, textOf, options, std::move(stop), ignore));
    std::vector<scoring::Scores> scores;
    for (const auto& counts : scoreClasses(net, data, textOf, options, std::move(stop), ignore))
        scores.push_back(scoring::summarizeClass(counts));
    return scoring::meanOf(scores);
}

} // namespace models::lvit
