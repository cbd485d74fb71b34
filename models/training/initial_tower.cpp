#include "models/training/initial_tower.h"

#include <ATen/ATen.h>
#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/types.h>

#include <cmath>
#include <tuple>

namespace models::training {

namespace {

/// noise * Z + diagonal * I with Z [width, width] of variance 1 / width, as a product: U sqrt(S), sqrt(S) V.
std::tuple<at::Tensor, at::Tensor> drawnProduct(std::int64_t width, double noise, double diagonal)
{
    const auto wanted =
        noise / std::sqrt(static_cast<double>(width)) * torch::randn({width, width}) + diagonal * torch::eye(width);
    const auto [left, sizes, right] = at::linalg_svd(wanted, /*full_matrices=*/false);
    const auto root = sizes.sqrt();
    return {left * root, root.unsqueeze(1) * right};
}

} // namespace

void drawAttention(at::Tensor& joined, at::Tensor& out, std::int64_t heads)
{
    constexpr double kLooking = 0.7, kTaking = 0.4; // The paper's.
    const torch::NoGradGuard noGradients;
    const auto width = out.size(0), each = width / heads;
    for (std::int64_t head = 0; head < heads; ++head) {
        const auto [queries, keys] = drawnProduct(width, kLooking, kLooking);
        joined.narrow(0, head * each, each).copy_(queries.narrow(1, 0, each).t());
        joined.narrow(0, width + head * each, each).copy_(keys.narrow(0, 0, each));
    }
    const auto [projection, values] = drawnProduct(width, kTaking, -kTaking);
    joined.narrow(0, 2 * width, width).copy_(values);
    out.copy_(projection);
}

void drawPlaces(at::Tensor& places)
{
    constexpr double kSize = 0.7, kLongest = 100; // The longest wave, over 2 pi, in patches.
    const torch::NoGradGuard noGradients;
    const auto width = places.size(-1), waves = width / 4;
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(double(places.size(-2) - 1))));
    const auto coordinates = torch::arange(side).to(torch::kFloat);
    const auto lengths = torch::pow(kLongest, torch::arange(waves).to(torch::kFloat) / double(waves));
    const auto angles = coordinates.unsqueeze(1) / lengths;
    const auto line = kSize * torch::cat({angles.sin(), angles.cos()}, 1); // [side, width / 2]
    const auto rows = line.unsqueeze(1).expand({side, side, -1}), columns = line.unsqueeze(0).expand({side, side, -1});
    places.zero_();
    places.narrow(-2, 1, side * side)
        .narrow(-1, 0, 4 * waves)
        .copy_(torch::cat({rows, columns}, 2).reshape({side * side, -1}).expand_as(
            places.narrow(-2, 1, side * side).narrow(-1, 0, 4 * waves)));
}

void drawMatrices(torch::nn::Module& network)
{
    constexpr double kWords = 0.02;
    for (auto& parameter : network.named_parameters()) {
        const auto& key = parameter.key();
        auto& value = parameter.value();
        const bool words = key.find("embeddings.") != std::string::npos || key.find("embed_") != std::string::npos;
        if (words && value.dim() == 2)
            torch::nn::init::normal_(value, 0, kWords);
        else if (key.ends_with("weight") && value.dim() == 2)
            torch::nn::init::normal_(value, 0, 1 / std::sqrt(static_cast<double>(value.size(1))));
        else if (key.ends_with("bias"))
            torch::nn::init::zeros_(value);
    }
}

void drawPictureTower(torch::nn::Module& network, const TowerKeys& keys, std::int64_t blocks, std::int64_t heads)
{
    auto parameters = network.named_parameters();
    drawPlaces(parameters[keys.places]);
    for (std::int64_t block = 0; block < blocks; ++block) {
        const auto attention = keys.blocks + std::to_string(block) + ".attn.";
        drawAttention(parameters[attention + keys.joined], parameters[attention + keys.out], heads);
    }
}

} // namespace models::training
