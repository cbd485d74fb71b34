#include "models/blip/network.h"

#include "models/layers/unit_length.h"

#include <ATen/ATen.h>

namespace models::blip {

namespace nn = torch::nn;
using layers::BertContext;
using layers::BertModel;
using layers::BertModelImpl;

namespace {

/// cls of Hugging Face's BERT, which holds nothing but predictions.
class ClsImpl : public nn::Module
{
public:
    explicit ClsImpl(const layers::BertPredictions& predictions) { register_module("predictions", predictions); }
};

} // namespace

TextDecoderImpl::TextDecoderImpl(const layers::BertConfig& config)
{
    bert = register_module("bert", BertModel(config, BertModelImpl::Pooler::Without));
    predictions = layers::BertPredictions(config);
    register_module("cls", std::make_shared<ClsImpl>(predictions));
}

at::Tensor TextDecoderImpl::forward(const at::Tensor& ids, const BertContext& context)
{
    return predictions(bert(ids, context).lastHiddenState);
}

at::Tensor TextDecoderImpl::next(const at::Tensor& ids, const BertContext& context)
{
    return predictions(bert(ids, context).lastHiddenState.select(1, -1)).to(at::kFloat);
}

BlipImpl::BlipImpl(const BlipConfig& config)
    : m_config(config)
{
    visual_encoder = register_module("visual_encoder", vision::Vit(config.vision));
    if (config.parts.encoder)
        text_encoder = register_module("text_encoder", BertModel(config.text, BertModelImpl::Pooler::Without));
    if (config.parts.decoder) {
        auto decoder = config.text;
        if (config.decoderSourceWidth > 0)
            decoder.encoderWidth = config.decoderSourceWidth;
        text_decoder = register_module("text_decoder", TextDecoder(decoder));
    }
    if (config.parts.match) {
        vision_proj = register_module("vision_proj", nn::Linear(config.vision.width, config.projection));
        text_proj = register_module("text_proj", nn::Linear(config.text.hiddenSize, config.projection));
        itm_head = register_module("itm_head", nn::Linear(config.text.hiddenSize, 2));
    }
}

at::Tensor BlipImpl::pictureTokens(const at::Tensor& pixels)
{
    return visual_encoder(pixels);
}

at::Tensor BlipImpl::textTokens(const at::Tensor& ids, const at::Tensor& mask)
{
    return text_encoder(ids, BertContext{.mask = mask}).lastHiddenState;
}

at::Tensor BlipImpl::groundedTokens(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture)
{
    return text_encoder(ids, BertContext{.mask = mask, .source = picture}).lastHiddenState;
}

at::Tensor BlipImpl::matchLogits(const at::Tensor& ids, const at::Tensor& mask, const at::Tensor& picture)
{
    return itm_head(groundedTokens(ids, mask, picture).select(1, 0)).to(at::kFloat);
}

at::Tensor BlipImpl::pictureDirections(const at::Tensor& picture)
{
    return layers::unitLength(vision_proj(picture.select(1, 0)).to(at::kFloat));
}

at::Tensor BlipImpl::textDirections(const at::Tensor& ids, const at::Tensor& mask)
{
    return layers::unitLength(text_proj(textTokens(ids, mask).select(1, 0)).to(at::kFloat));
}

} // namespace models::blip
