#pragma once

#include "models/clip/prompts.h"

#include <torch/nn/modules/container/moduledict.h>

namespace models::clip {

/// linear1, ReLU, linear2: a picture's vector to what is added to CoCoOp's context.
class MetaNetImpl : public torch::nn::Module
{
public:
    MetaNetImpl(std::int64_t imageWidth, std::int64_t textWidth);
    at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::Linear linear1{nullptr};
    torch::nn::Linear linear2{nullptr};
};
TORCH_MODULE(MetaNet);

/// A list of prompts under the keys 0, 1, 2 ...
class PromptListImpl : public torch::nn::Module
{
public:
    PromptListImpl(std::int64_t count, std::int64_t tokens, std::int64_t width);

    std::vector<at::Tensor> prompts;
};
TORCH_MODULE(PromptList);

/// What stands under `prompt_learner.`; parts that the method does not have are empty.
class TextPromptsImpl : public torch::nn::Module
{
public:
    /// `context` [tokens, width] or [classes, tokens, width]
    TextPromptsImpl(const PromptConfig& config, const ClipConfig& clip, const at::Tensor& context);

    at::Tensor ctx;
    torch::nn::Linear proj{nullptr};
    PromptList compound_prompts_text{nullptr};
    torch::nn::ModuleList compound_prompt_projections{nullptr};
    MetaNet meta_net{nullptr};
};

/// `VPT` and `transformer.resblocks.i.VPT_shallow` of one tower.
class TowerPromptsModuleImpl : public torch::nn::Module
{
public:
    enum class Shallow { With, Without };

    TowerPromptsModuleImpl(std::int64_t tokens, std::int64_t depth, std::int64_t width, Shallow shallow);

    at::Tensor VPT; // undefined without
    std::vector<at::Tensor> deep;
};

} // namespace models::clip
