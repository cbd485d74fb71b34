#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace models {

/// Pixels of one picture, or of many when added up.
struct PixelCounts
{
    std::int64_t both = 0; ///< Predicted and in the mask.
    std::int64_t predicted = 0;
    std::int64_t inMask = 0;

    PixelCounts& operator+=(const PixelCounts& other);
    friend bool operator==(const PixelCounts&, const PixelCounts&) = default;
};

/// The authors' test: 2*both / (predicted + inMask + 1e-5); both empty: 0.
double dice(const PixelCounts& counts);
/// sklearn's jaccard_score as the authors call it: both / union; both empty: 0.
double iou(const PixelCounts& counts);

/// One entry per picture: probability > `threshold` against mask > 0.5. Both [B, ...], on any device.
std::vector<PixelCounts> countPixels(
    const torch::Tensor& probabilities, const torch::Tensor& mask, double threshold = 0.5);

/// Two conventions, never to be mixed (lvit.md 1.6): the mean over pictures (LViT), and over all pixels pooled
/// (torchmetrics).
struct Scores
{
    double perImageDice = 0;
    double perImageIou = 0;
    double pooledDice = 0;
    double pooledIou = 0;
};
Scores summarize(const std::vector<PixelCounts>& pictures);

/// Of one class among several: pictures that neither show it nor are predicted to are left out of the means over
/// pictures, where they would count as 0.
Scores summarizeClass(const std::vector<PixelCounts>& pictures);

/// The mean of each figure.
Scores meanOf(const std::vector<Scores>& scores);

/// The authors' Dice of a validation batch, which decides their best epoch: probability >= 0.5, mask > 0, smooth 1e-5
/// in both parts, mean over pictures (both empty: 1). Both [B, ...].
double validationDice(const torch::Tensor& probabilities, const torch::Tensor& mask);

/// Their IoU of a validation batch: per picture, mean over the batch (both empty: 0).
double validationIou(const torch::Tensor& probabilities, const torch::Tensor& mask);

} // namespace models
