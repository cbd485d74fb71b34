#include "models/clip/prompt_modules.h"

#include <torch/nn/init.h>
#include <torch/types.h>

namespace models::clip {

namespace nn = torch::nn;

namespace {

constexpr double kPromptDeviation = 0.02;
constexpr std::int64_t kMetaNetShrinks = 16;

/// A module that only holds others or one prompt.
class HolderImpl : public nn::Module
{
public:
    using nn::Module::register_module;
    using nn::Module::register_parameter;
};
TORCH_MODULE(Holder);

at::Tensor randomPrompt(std::int64_t tokens, std::int64_t width)
{
    return kPromptDeviation * torch::randn({tokens, width});
}

} // namespace

MetaNetImpl::MetaNetImpl(std::int64_t imageWidth, std::int64_t textWidth)
{
    const auto hidden = std::max<std::int64_t>(1, imageWidth / kMetaNetShrinks);
    linear1 = register_module("linear1", nn::Linear(imageWidth, hidden));
    linear2 = register_module("linear2", nn::Linear(hidden, textWidth));
}

at::Tensor MetaNetImpl::forward(const at::Tensor& x)
{
    return linear2(torch::relu(linear1(x)));
}

PromptListImpl::PromptListImpl(std::int64_t count, std::int64_t tokens, std::int64_t width)
{
    for (std::int64_t i = 0; i < count; ++i)
        prompts.push_back(register_parameter(std::to_string(i), randomPrompt(tokens, width)));
}

TextPromptsImpl::TextPromptsImpl(const PromptConfig& config, const ClipConfig& clip, const at::Tensor& context)
{
    const auto width = clip.text.width;
    ctx = register_parameter("ctx", context);
    if (config.method == PromptMethod::CoCoOp)
        meta_net = register_module("meta_net", MetaNet(clip.embedDim, width));
    if (config.method != PromptMethod::Maple)
        return;
    const auto deep = config.textDepth - 1;
    proj = register_module("proj", nn::Linear(width, clip.vision.width));
    compound_prompts_text = register_module("compound_prompts_text", PromptList(deep, config.textTokens, width));
    compound_prompt_projections = register_module("compound_prompt_projections", nn::ModuleList());
    const nn::Linear first(width, clip.vision.width);
    const at::NoGradGuard noGrad;
    for (std::int64_t i = 0; i < deep; ++i) {
        nn::Linear copy(width, clip.vision.width);
        copy->weight.copy_(first->weight);
        copy->bias.copy_(first->bias);
        compound_prompt_projections->push_back(copy);
    }
}

TowerPromptsModuleImpl::TowerPromptsModuleImpl(
    std::int64_t tokens, std::int64_t depth, std::int64_t width, Shallow shallow)
{
    if (shallow == Shallow::With)
        VPT = register_parameter("VPT", randomPrompt(tokens, width));
    auto transformer = register_module("transformer", Holder());
    auto resblocks = transformer->register_module("resblocks", Holder());
    for (std::int64_t i = 1; i < depth; ++i) {
        auto block = resblocks->register_module(std::to_string(i), Holder());
        deep.push_back(block->register_parameter("VPT_shallow", randomPrompt(tokens, width)));
    }
}

} // namespace models::clip
