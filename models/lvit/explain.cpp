#include "models/lvit/explain.h"

#include "imaging/error.h"
#include "models/lvit/grad_cam.h"
#include "models/vision/network_picture.h"

#include <torch/types.h>

#include <algorithm>

namespace models::lvit {

namespace {

using imaging::Error;
using imaging::ErrorKind;

bool isEmpty(const std::vector<std::uint8_t>& mask)
{
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t value) { return value == 0; });
}

std::vector<std::uint8_t> drawnRegion(LViT& net, const LViTPackage& package, const ExplainInput& input)
{
    const torch::NoGradGuard noGradients;
    const auto logits = net->logits(input.picture, input.vectors); // [1, 1, S, S]
    const auto probabilities = vision::toSliceGrid(
        torch::sigmoid(logits[0][0].to(torch::kFloat)), input.columns, input.rows, package.fit, input.pixelAspect);
    std::vector<std::uint8_t> region(probabilities.size());
    std::transform(probabilities.begin(), probabilities.end(), region.begin(),
        [&](float p) { return static_cast<std::uint8_t>(p >= package.info.threshold ? 1 : 0); });
    if (isEmpty(region))
        throw Error(ErrorKind::InvalidInput,
            "The model draws nothing here for this text, so there is no region to explain: give a mask.");
    return region;
}

std::vector<std::uint8_t> givenRegion(const ExplainInput& input, std::vector<std::uint8_t> region)
{
    if (region.size() != static_cast<std::size_t>(input.columns) * static_cast<std::size_t>(input.rows))
        throw Error(ErrorKind::InvalidInput, "The mask to explain does not have the picture's size.");
    if (isEmpty(region))
        throw Error(ErrorKind::InvalidInput, "The mask to explain is empty: there is no region.");
    for (auto& value : region)
        value = value != 0 ? 1 : 0;
    return region;
}

/// A map of any size brought to the network's square, then to the slice; the largest value becomes 1.
std::vector<float> heatOf(const torch::Tensor& map, const LViTPackage& package, const ExplainInput& input)
{
    const std::int64_t size = package.network.pictureSize;
    const auto cpu = map.to(torch::kCPU, torch::kFloat);
    const auto square = torch::upsample_bilinear2d(cpu.view({1, 1, map.size(0), map.size(1)}), {size, size},
        /*align_corners=*/false)[0][0]; // [S, S]
    const auto largest = square.max().item<float>();
    auto heat =
        vision::toSliceGrid(largest > 0 ? square / largest : square, input.columns, input.rows, package.fit, input.pixelAspect);
    const float top = *std::max_element(heat.begin(), heat.end());
    for (auto& value : heat)
        value = top > 0 ? value / top : 0; // Averaging over a smaller slice, or a border cut off, lowers the largest.
    return heat;
}

} // namespace

Explanation explainRegion(
    LViT& net, const LViTPackage& package, const ExplainInput& input, const ExplainRequest& request)
{
    Explanation result;
    result.layer = request.layer.empty() ? kDefaultCamLayer : request.layer;
    result.columns = input.columns;
    result.rows = input.rows;
    result.region = request.region.empty() ? drawnRegion(net, package, input) : givenRegion(input, request.region);
    const auto region =
        vision::networkMask(result.region, input.columns, input.rows, package.network.pictureSize, package.fit,
            input.pixelAspect);
    const auto cams = gradCam(net, input.picture, input.vectors, region.to(input.picture.device()), {result.layer});
    result.score = cams.score;
    result.heat = heatOf(cams.maps.front(), package, input);
    return result;
}

} // namespace models::lvit
