#pragma once

#include "models/lvit/lvit.h"
#include "models/lvit/metrics.h"
#include "models/training/batch.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace models {

/// How scorePictures runs the network.
struct ScoreOptions
{
    c10::Device device = c10::kCPU;
    bool halfPrecision = false;
    double threshold = 0.5;
    int batchSize = 32;
};

/// Probabilities [1, S, S] on a mask's own grid, bilinearly, row by row.
std::vector<float> onMaskGrid(const at::Tensor& probabilities, const FullMask& mask);

/// Runs the network over a whole data set (which must keep its full masks) and counts pixels on each mask's own grid:
/// probabilities are brought there bilinearly. `textOf` gives the vectors [tokens, width] of a sample. The network is
/// left in eval mode. On a stop request the counts so far are returned. `done` is called with the number of pictures so
/// far.
std::vector<PixelCounts> scorePictures(LViT& net, const Dataset& data,
    const std::function<at::Tensor(std::size_t)>& textOf, const ScoreOptions& options, std::stop_token stop,
    const std::function<void(std::size_t)>& done);

} // namespace models
