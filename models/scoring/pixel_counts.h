#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models::scoring {

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

/// Probability > `threshold` against mask not 0, pixel by pixel; both row by row on the same grid.
PixelCounts countPixels(std::span<const float> probabilities, std::span<const std::uint8_t> mask, double threshold);

/// Mean over pictures of a score such as dice(); 0 without pictures.
double meanOver(const std::vector<PixelCounts>& pictures, double (*score)(const PixelCounts&));

/// Two conventions, never to be mixed: the mean over pictures (LViT), and over all pixels pooled
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

} // namespace models::scoring
