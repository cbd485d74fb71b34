#pragma once

#include "models/clip/network.h"
#include "models/layers/bert.h"
#include "models/vision/vit.h"

#include <torch/nn/modules/linear.h>

namespace models::clip {

/// Which of the tokens' vectors stand for a text.
enum class TextPooling {
    First, ///< That of [CLS].
    Mean, ///< The mean of all that are no padding.
};

/// A CLIP of open_clip whose towers are timm's vision transformer and Hugging Face's BERT, as BiomedCLIP's (Zhang et
/// al. 2023, arXiv:2303.00915).
struct BertClipConfig
{
    vision::VitConfig vision;
    layers::BertConfig text;
    std::int64_t contextLength = 256;
    std::int64_t embedDim = 512;
    std::int64_t textHidden = 640; ///< Between the two matrices behind BERT; 0: there is one.
    TextPooling pooling = TextPooling::First;
};

/// Names are those of open_clip's checkpoints. Padding of texts is what the BERT's padId says.
class BertClipImpl : public ClipImpl
{
public:
    explicit BertClipImpl(const BertClipConfig& config);

    /// Learnt prompts do not go into these towers: all throw Error(Model) for them.
    at::Tensor encodeImage(const at::Tensor& pixels, const TowerPrompts& prompts = {},
        vision::TokenTrace* trace = nullptr) override;
    at::Tensor embedTokens(const at::Tensor& ids) override;
    at::Tensor encodeText(const at::Tensor& embedded, const at::Tensor& ids, const TowerPrompts& prompts = {}) override;

    at::Tensor encodeText(const at::Tensor& ids) override;

private:
    at::Tensor projected(const at::Tensor& text);

    BertClipConfig m_config;
    vision::Vit trunk{nullptr};
    torch::nn::Linear head{nullptr};
    layers::BertModel transformer{nullptr};
    torch::nn::Linear firstProjection{nullptr};
    torch::nn::Linear lastProjection{nullptr}; // empty where there is one
};

} // namespace models::clip
