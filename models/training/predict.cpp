#include "models/training/predict.h"

#include "models/training/device.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <numeric>

namespace models {

namespace {

PixelCounts countOnGrid(const at::Tensor& probabilities, const FullMask& mask, double threshold)
{
    auto own = probabilities.unsqueeze(0); // [1, 1, S, S]
    if (own.size(2) != mask.rows || own.size(3) != mask.columns)
        own = at::upsample_bilinear2d(own, {mask.rows, mask.columns}, /*align_corners=*/false);
    own = own.contiguous();
    const auto* values = own.const_data_ptr<float>();
    PixelCounts counts;
    for (std::size_t pixel = 0; pixel < mask.values.size(); ++pixel) {
        const bool predicted = values[pixel] > threshold;
        counts.predicted += predicted;
        counts.inMask += mask.values[pixel];
        counts.both += predicted && mask.values[pixel];
    }
    return counts;
}

} // namespace

std::vector<PixelCounts> scorePictures(LViT& net, const Dataset& data,
    const std::function<at::Tensor(std::size_t)>& textOf, const ScoreOptions& options, std::stop_token stop,
    const std::function<void(std::size_t)>& done)
{
    torch::NoGradGuard noGradients;
    net->eval();
    std::vector<PixelCounts> counts;
    std::vector<std::int64_t> indices;
    const TextVectors* const noTexts = nullptr;
    for (std::size_t first = 0; first < data.samples.size() && !stop.stop_requested(); first += indices.size()) {
        indices.resize(std::min(std::size_t(options.batchSize), data.samples.size() - first));
        std::iota(indices.begin(), indices.end(), std::int64_t(first));
        auto batch = makeBatch(data, noTexts, indices, {}, {net->config().channels});
        std::vector<at::Tensor> texts;
        for (const auto index : indices)
            if (const auto text = textOf(std::size_t(index)); text.defined())
                texts.push_back(text);
        if (!texts.empty())
            batch.texts = at::stack(texts);
        at::Tensor logits;
        {
            const AutocastScope autocast(options.halfPrecision, options.device);
            logits = net->logits(batch.images.to(options.device), textsOn(options.device, batch));
        }
        const auto probabilities = logits.to(at::kFloat).sigmoid().cpu(); // [B, 1, S, S]
        for (std::size_t item = 0; item < indices.size(); ++item)
            counts.push_back(
                countOnGrid(probabilities[std::int64_t(item)], data.fullMasks[first + item], options.threshold));
        done(counts.size());
    }
    return counts;
}

} // namespace models
