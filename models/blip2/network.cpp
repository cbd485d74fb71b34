#include "models/blip2/network.h"

#include "models/layers/unit_length.h"

#include <torch/types.h>

namespace models::blip2 {

namespace nn = torch::nn;

namespace {

/// LAVIS' Qformer, which holds nothing but bert here.
class QFormerHolderImpl : public nn::Module
{
public:
    explicit QFormerHolderImpl(const QFormer& bert) { register_module("bert", bert); }
};

} // namespace

const char* projectionName(language::LanguageKind language)
{
    switch (language) {
    case language::LanguageKind::Opt:
        return "opt_proj";
    case language::LanguageKind::T5:
        return "t5_proj";
    case language::LanguageKind::Llama:
        break;
    }
    return "llm_proj";
}

Blip2Impl::Blip2Impl(const Blip2Config& config)
    : m_config(config)
{
    const auto hidden = config.qformer.bert.hiddenSize;
    visual_encoder = register_module("visual_encoder", vision::Vit(config.vision));
    ln_vision = register_module(
        "ln_vision", nn::LayerNorm(nn::LayerNormOptions({config.vision.width}).eps(config.visionNormEps)));
    query_tokens = register_parameter("query_tokens", 0.02 * torch::randn({1, config.queries, hidden}));
    bert = QFormer(config.qformer);
    register_module("Qformer", std::make_shared<QFormerHolderImpl>(bert));
    if (config.match) {
        vision_proj = register_module("vision_proj", nn::Linear(hidden, config.projection));
        text_proj = register_module("text_proj", nn::Linear(hidden, config.projection));
        itm_head = register_module("itm_head", nn::Linear(hidden, 2));
    }
    if (config.language)
        projection = register_module(projectionName(*config.language), nn::Linear(hidden, config.languageWidth));
}

at::Tensor Blip2Impl::pictureTokens(const at::Tensor& pixels)
{
    return ln_vision(visual_encoder(pixels));
}

at::Tensor Blip2Impl::queried(const at::Tensor& picture, const at::Tensor& ids, const at::Tensor& mask)
{
    return bert->forward(
        {.queries = query_tokens.expand({picture.size(0), -1, -1}), .ids = ids, .mask = mask, .picture = picture});
}

at::Tensor Blip2Impl::softTokens(const at::Tensor& queried)
{
    return projection(queried.narrow(1, 0, m_config.queries));
}

at::Tensor Blip2Impl::matchLogits(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture)
{
    return itm_head(queried(picture, ids, mask).narrow(1, 0, m_config.queries)).to(at::kFloat).mean(1);
}

at::Tensor Blip2Impl::writtenTokens(const at::Tensor& picture, const at::Tensor& ids, const at::Tensor& mask)
{
    const auto all = bert->forward({.queries = query_tokens.expand({picture.size(0), -1, -1}),
        .ids = ids,
        .mask = mask,
        .picture = picture,
        .written = true});
    return all.narrow(1, m_config.queries, ids.size(1));
}

at::Tensor Blip2Impl::pictureDirections(const at::Tensor& picture)
{
    return layers::unitLength(vision_proj(queried(picture)).to(at::kFloat));
}

at::Tensor Blip2Impl::textDirections(const at::Tensor& ids, const at::Tensor& mask)
{
    const auto first = bert->forward({.ids = ids, .mask = mask}).select(1, 0);
    return layers::unitLength(text_proj(first).to(at::kFloat));
}

at::Tensor bestCosines(const at::Tensor& pictures, const at::Tensor& texts)
{
    return torch::einsum("bqd,pd->bqp", {pictures, texts}).amax(1);
}

} // namespace models::blip2
