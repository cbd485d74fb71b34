#include "models/lvit/grad_cam.h"

#include "imaging/error.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <map>

namespace models::lvit {

namespace {

struct Pass
{
    torch::Tensor logits;
    std::map<std::string, torch::Tensor> outputs; ///< Of every layer of camLayers(), [1, C, rows, columns] or tokens.
};

constexpr const char* kDownVit[] = {"downVit", "downVit1", "downVit2", "downVit3"};

std::string blockName(int level)
{
    return "up" + std::to_string(level + 1);
}

/// One pass that keeps the layers' outputs. They need gradients since parameters come before each of them.
Pass run(LViT& net, const torch::Tensor& image, const torch::Tensor& text)
{
    LViTImpl::Prepared prepared;
    {
        const torch::NoGradGuard noGradients; // No layer that is asked for lies in the encoder.
        prepared = net->prepare(image);
    }
    Pass pass;
    std::array skips{prepared.x[0], prepared.x[1], prepared.x[2], prepared.x[3]};
    if (net->config().hasTransformers()) {
        const auto tokens = net->branch(prepared.tokens, net->textChain(text));
        for (std::size_t level = 0; level < skips.size(); ++level)
            pass.outputs[kDownVit[level]] = tokens.down[level];
        skips = net->fuse(prepared, tokens.up);
    }
    LViTImpl::Decoded decoded;
    pass.logits = net->decode(skips, prepared.x[4], &decoded);
    for (int level = 0; level < 4; ++level) {
        if (net->config().hasPlam())
            pass.outputs[blockName(level) + ".pixModule"] = decoded.attended[static_cast<std::size_t>(level)];
        pass.outputs[blockName(level)] = decoded.up[static_cast<std::size_t>(level)];
    }
    return pass;
}

/// Tokens [1, N, C] as a map [1, C, g, g]; maps stay.
torch::Tensor asMap(const torch::Tensor& output, int grid)
{
    return output.dim() == 3 ? output.transpose(1, 2).reshape({1, output.size(2), grid, grid}) : output;
}

torch::Tensor weighted(const torch::Tensor& output, const torch::Tensor& gradient)
{
    const auto weights = gradient.mean({2, 3}, /*keepdim=*/true); // [1, C, 1, 1]
    return torch::relu((weights * output).sum(1)).squeeze(0); // [rows, columns]
}

} // namespace

std::vector<NetworkLayer> camLayers(const LViTConfig& config)
{
    std::vector<NetworkLayer> layers;
    for (int level = 0; level < 4 && config.hasTransformers(); ++level)
        layers.push_back({kDownVit[level], "DownViT", config.width << level, config.grid(), config.grid()});
    for (int level = 3; level >= 0; --level) {
        const int size = config.pictureSize >> level;
        if (config.hasPlam())
            layers.push_back({blockName(level) + ".pixModule", "PLAM", config.width << level, size, size});
        layers.push_back({blockName(level), "UpCNN", config.width << std::max(level - 1, 0), size, size});
    }
    return layers;
}

GradCamMaps gradCam(LViT& net, const torch::Tensor& image, const torch::Tensor& text, const torch::Tensor& region,
    const std::vector<std::string>& layers)
{
    const torch::AutoGradMode withGradients(true);
    auto pass = run(net, image, text);
    const auto score = (pass.logits.narrow(1, 0, 1) * region).sum() / region.sum();
    std::vector<torch::Tensor> outputs;
    for (const auto& layer : layers) {
        const auto output = pass.outputs.find(layer);
        if (output == pass.outputs.end())
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The network has no layer '" + layer + "' to explain: limn explain --list-layers names them.");
        outputs.push_back(output->second);
    }
    // A layer that the score does not depend on at all has no gradient: its map is 0.
    const auto gradients = torch::autograd::grad({score}, outputs, /*grad_outputs=*/{}, /*retain_graph=*/false,
        /*create_graph=*/false, /*allow_unused=*/true);
    GradCamMaps result{score.item<double>(), {}};
    const torch::NoGradGuard noGradients;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto output = asMap(outputs[i].detach(), net->config().grid());
        result.maps.push_back(gradients[i].defined() ? weighted(output, asMap(gradients[i], net->config().grid()))
                                                     : torch::zeros({output.size(2), output.size(3)}));
    }
    return result;
}

} // namespace models::lvit
