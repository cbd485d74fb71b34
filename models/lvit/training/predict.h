#pragma once

#include "models/lvit/lvit.h"
#include "models/scoring/metrics.h"
#include "models/training/batch.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace models::lvit {

/// How scorePictures runs the network.
struct ScoreOptions
{
    c10::Device device = c10::kCPU;
    bool halfPrecision = false;
    double threshold = 0.5;
    int batchSize = 32;
};

/// Probabilities [1, S, S] on a mask's own grid, bilinearly, row by row.
std::vector<float> onMaskGrid(const at::Tensor& probabilities, const data::FullMask& mask);

/// Logits of one picture, [classes, S, S], as the probability of any class but the background, [1, S, S].
at::Tensor insideOf(const at::Tensor& logits);

/// Pixels of each class besides the background, from its logits [classes, S, S]: a pixel belongs to its likeliest
/// class.
std::vector<scoring::PixelCounts> countClasses(const at::Tensor& logits, const data::FullMask& mask);

/// Gives the vectors [tokens, width] of a sample's text; undefined for a network that reads none.
using TextOf = std::function<at::Tensor(std::size_t)>;

/// Runs the network over a whole data set (which must keep its full masks) and counts pixels on each mask's own grid:
/// probabilities are brought there bilinearly. Of several classes, those of anything but the background. The network is
/// left in eval mode. On a stop request the counts so far are returned. `done` is called with the number of pictures so
/// far.
std::vector<scoring::PixelCounts> scorePictures(LViT& net, const data::Dataset& data, const TextOf& textOf,
    const ScoreOptions& options, std::stop_token stop, const std::function<void(std::size_t)>& done);

/// The same of each class besides the background, [classes - 1][pictures]: a pixel belongs to its likeliest class.
std::vector<std::vector<scoring::PixelCounts>> scoreClasses(LViT& net, const data::Dataset& data, const TextOf& textOf,
    const ScoreOptions& options, std::stop_token stop, const std::function<void(std::size_t)>& done);

/// scorePictures summarized; with several classes the mean over scoreClasses.
scoring::Scores scoreDataset(
    LViT& net, const data::Dataset& data, const TextOf& textOf, const ScoreOptions& options, std::stop_token stop);

} // namespace models::lvit
