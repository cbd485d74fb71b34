#pragma once

#include "models/clip/network.h"

namespace models::clip {

class PoolingHeadImpl;
TORCH_MODULE(PoolingHead);

/// SigLIP (Zhai et al. 2023, arXiv:2303.15343) and MedSigLIP. Pictures have no class token: a learnt probe that looks
/// at all patches stands for them. Texts are read in both directions, always padded to contextLength, and stand by the
/// vector of their last place. Logits have a bias, and each is for a sigmoid of its own. Under OpenAI's names of a
/// CLIP, as siglip_folder.h translates them. `config`: the text's vectors are as long as the picture's.
class SiglipImpl : public ClipImpl
{
public:
    SiglipImpl(const ClipConfig& config, const vision::PictureFit& fit);

    /// Learnt prompts do not go into these towers: all throw Error(Model) for them.
    at::Tensor encodeImage(
        const at::Tensor& pixels, const TowerPrompts& prompts = {}, vision::TokenTrace* trace = nullptr) override;
    at::Tensor embedTokens(const at::Tensor& ids) override;
    at::Tensor encodeText(const at::Tensor& embedded, const at::Tensor& ids, const TowerPrompts& prompts = {}) override;

    at::Tensor encodeText(const at::Tensor& ids) override;

    at::Tensor logits(const at::Tensor& imageFeatures, const at::Tensor& textFeatures) override;
    bool eachForItself() const override { return true; }
    vision::PictureFit pictureFit() const override { return m_fit; }

private:
    vision::PictureFit m_fit;
    torch::nn::Conv2d conv1{nullptr}; // these five of `visual`
    at::Tensor patchPlaces; // [patches, width]
    Transformer pictureBlocks{nullptr};
    torch::nn::LayerNorm ln_post{nullptr};
    PoolingHead head{nullptr};
    torch::nn::Embedding token_embedding{nullptr};
    at::Tensor positional_embedding; // [contextLength, width]
    Transformer transformer{nullptr};
    torch::nn::LayerNorm ln_final{nullptr};
    torch::nn::Linear text_head{nullptr};
    at::Tensor logit_bias; // scalar
};

} // namespace models::clip
