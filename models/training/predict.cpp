#include "models/training/predict.h"

#include "models/training/device.h"

#include <ATen/ATen.h>
#include <torch/utils.h>

#include <numeric>

namespace models {

std::vector<float> onMaskGrid(const at::Tensor& probabilities, const FullMask& mask)
{
    auto own = probabilities.to(at::kCPU, at::kFloat).unsqueeze(0); // [1, 1, S, S]
    if (own.size(2) != mask.rows || own.size(3) != mask.columns)
        own = at::upsample_bilinear2d(own, {mask.rows, mask.columns}, /*align_corners=*/false);
    own = own.contiguous();
    const auto* values = own.const_data_ptr<float>();
    return {values, values + own.numel()};
}

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
            texts.push_back(textOf(std::size_t(index)));
        at::Tensor logits;
        {
            const AutocastScope autocast(options.halfPrecision, options.device);
            logits = net->logits(batch.images.to(options.device), at::stack(texts).to(options.device));
        }
        const auto probabilities = logits.to(at::kFloat).sigmoid().cpu(); // [B, 1, S, S]
        for (std::size_t item = 0; item < indices.size(); ++item) {
            const auto& mask = data.fullMasks[first + item];
            const std::vector<std::uint8_t> truth(mask.values.begin(), mask.values.end());
            counts.push_back(
                countPixels(onMaskGrid(probabilities[std::int64_t(item)], mask), truth, options.threshold));
        }
        done(counts.size());
    }
    return counts;
}

} // namespace models
