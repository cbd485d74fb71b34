#include "models/clip/bert_clip.h"

#include "imaging/error.h"

#include <torch/types.h>

namespace models::clip {

namespace nn = torch::nn;

namespace {

/// A module that only gives others their place in the names of a checkpoint.
class PlaceImpl : public nn::Module
{
public:
    template <typename Inner> Inner put(const char* name, Inner inner)
    {
        return register_module(name, std::move(inner));
    }
};

nn::Linear matrix(std::int64_t from, std::int64_t to)
{
    return nn::Linear(nn::LinearOptions(from, to).bias(false));
}

/// What the classifier and its warnings ask of any CLIP.
ClipConfig sizesOf(const BertClipConfig& config)
{
    ClipConfig sizes;
    sizes.vision = {config.vision.width, config.vision.layers, config.vision.heads, config.vision.mlpWidth};
    sizes.text = {config.text.hiddenSize, config.text.layers, config.text.heads, config.text.intermediateSize};
    sizes.imageSize = config.vision.imageSize;
    sizes.patchSize = config.vision.patchSize;
    sizes.contextLength = config.contextLength;
    sizes.vocabularySize = config.text.vocabularySize;
    sizes.embedDim = config.embedDim;
    sizes.activation = Activation::Gelu;
    return sizes;
}

[[noreturn]] void refusePrompts()
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "Learnt prompts belong to a CLIP with OpenAI's towers; this model has a BERT and timm's picture tower.");
}

} // namespace

BertClipImpl::BertClipImpl(const BertClipConfig& config)
    : ClipImpl(sizesOf(config), WithoutTowers{})
    , m_config(config)
{
    const auto picture = register_module("visual", std::make_shared<PlaceImpl>());
    trunk = picture->put("trunk", vision::Vit(config.vision));
    head =
        picture->put("head", std::make_shared<PlaceImpl>())->put("proj", matrix(config.vision.width, config.embedDim));
    const auto text = register_module("text", std::make_shared<PlaceImpl>());
    transformer = text->put("transformer", layers::BertModel(config.text, layers::BertModelImpl::Pooler::Without));
    if (config.textHidden > 0) {
        const auto both = text->put("proj", std::make_shared<PlaceImpl>()); // Between them, "1", is the activation.
        firstProjection = both->put("0", matrix(config.text.hiddenSize, config.textHidden));
        lastProjection = both->put("2", matrix(config.textHidden, config.embedDim));
    } else {
        firstProjection = text->put("proj", matrix(config.text.hiddenSize, config.embedDim));
    }
}

at::Tensor BertClipImpl::projected(const at::Tensor& text)
{
    const auto first = firstProjection(text);
    return lastProjection ? lastProjection->forward(at::gelu(first)) : first;
}

at::Tensor BertClipImpl::encodeImage(
    const at::Tensor& pixels, const TowerPrompts& prompts, vision::TokenTrace* trace)
{
    if (prompts.shallow.defined() || !prompts.deep.empty())
        refusePrompts();
    return head(trunk(pixels, trace).select(1, 0)).to(torch::kFloat);
}

at::Tensor BertClipImpl::embedTokens(const at::Tensor&)
{
    refusePrompts();
}

at::Tensor BertClipImpl::encodeText(const at::Tensor&, const at::Tensor&, const TowerPrompts&)
{
    refusePrompts();
}

at::Tensor BertClipImpl::encodeText(const at::Tensor& ids)
{
    requireIds(ids);
    const auto mask = ids.ne(m_config.text.padId).to(torch::kLong);
    const auto states = transformer(ids, layers::BertContext{.mask = mask}).lastHiddenState;
    if (m_config.pooling == TextPooling::First)
        return projected(states.select(1, 0)).to(torch::kFloat);
    const auto weights = mask.to(states.scalar_type()).unsqueeze(-1);
    return projected((states * weights).sum(1) / weights.sum(1)).to(torch::kFloat);
}

} // namespace models::clip
