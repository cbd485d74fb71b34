#pragma once

#include "models/clip/config.h"
#include "models/layers/linear.h"
#include "models/vision/picture_fit.h"
#include "models/vision/token_trace.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

#include <vector>

namespace models::clip {

/// Learnt tokens that take the place of others in the blocks of a tower; the i-th of `deep` before block i + 1.
struct TowerPrompts
{
    at::Tensor shallow; ///< [n, width], vision only: stands behind the patches, without a position; undefined: none
    std::vector<at::Tensor> deep; ///< [n, width] each; they replace the n tokens after the first in texts, the last n
                                  ///< in pictures
    /// Prompts pass through float16, each picture's and text's own copy, so that gradients do too: the authors' code.
    bool halfRounding = false;

    /// One of the prompts for each of `batch`: [batch, n, width].
    at::Tensor forEach(const at::Tensor& prompt, std::int64_t batch, at::ScalarType type) const;
};

/// PyTorch's nn.MultiheadAttention by its names: self-attention of [B, N, width].
class MultiheadAttentionImpl : public torch::nn::Module
{
public:
    MultiheadAttentionImpl(std::int64_t width, std::int64_t heads);

    /// `causal`: a token sees itself and those before it.
    at::Tensor forward(const at::Tensor& x, bool causal);

    /// Others [B, n, width] look at `seen` [B, N, width] -> [B, n, width]
    at::Tensor look(const at::Tensor& queries, const at::Tensor& seen);

private:
    std::int64_t m_heads;
    at::Tensor in_proj_weight; // [3 * width, width]
    at::Tensor in_proj_bias;
    layers::Linear out_proj{nullptr};
};
TORCH_MODULE(MultiheadAttention);

/// c_fc, activation, c_proj.
class MlpImpl : public torch::nn::Module
{
public:
    MlpImpl(const TowerConfig& tower, Activation activation);
    at::Tensor forward(const at::Tensor& x);

private:
    Activation m_activation;
    layers::Linear c_fc{nullptr};
    layers::Linear c_proj{nullptr};
};
TORCH_MODULE(Mlp);

/// x + attn(ln_1(x)), then x + mlp(ln_2(x)).
class ResidualAttentionBlockImpl : public torch::nn::Module
{
public:
    ResidualAttentionBlockImpl(const TowerConfig& tower, const ClipConfig& config);
    at::Tensor forward(const at::Tensor& x, bool causal);

private:
    MultiheadAttention attn{nullptr};
    torch::nn::LayerNorm ln_1{nullptr};
    Mlp mlp{nullptr};
    torch::nn::LayerNorm ln_2{nullptr};
};
TORCH_MODULE(ResidualAttentionBlock);

class TransformerImpl : public torch::nn::Module
{
public:
    enum class Tower { Text, Vision };

    TransformerImpl(const TowerConfig& tower, const ClipConfig& config, Tower kind);

    /// [B, N, width] -> [B, N, width]. Only `deep` of the prompts is put in.
    at::Tensor forward(const at::Tensor& x, const TowerPrompts& prompts = {}, vision::TokenTrace* trace = nullptr);

private:
    at::Tensor throughBlocks(at::Tensor x, const TowerPrompts& prompts, vision::TokenTrace* trace);
    at::Tensor withPrompt(const at::Tensor& x, const at::Tensor& prompts) const;

    Tower m_kind;
    torch::nn::ModuleList resblocks{nullptr};
};
TORCH_MODULE(Transformer);

class VisionTransformerImpl : public torch::nn::Module
{
public:
    explicit VisionTransformerImpl(const ClipConfig& config);

    /// [B, 3, size, size] -> [B, tokens, width], before ln_post.
    at::Tensor tokens(
        const at::Tensor& pixels, const TowerPrompts& prompts = {}, vision::TokenTrace* trace = nullptr);

    /// [B, 3, size, size] -> [B, tokens, width], after ln_post, the class token in front.
    at::Tensor finalTokens(const at::Tensor& pixels);

    /// Of finalTokens -> [B, embedDim]
    at::Tensor project(const at::Tensor& tokens);

    /// [B, 3, size, size] -> [B, embedDim]
    at::Tensor forward(
        const at::Tensor& pixels, const TowerPrompts& prompts = {}, vision::TokenTrace* trace = nullptr);

private:
    torch::nn::Conv2d conv1{nullptr};
    at::Tensor class_embedding; // [width]
    at::Tensor positional_embedding; // [1 + patches, width]
    torch::nn::LayerNorm ln_pre{nullptr};
    Transformer transformer{nullptr};
    torch::nn::LayerNorm ln_post{nullptr};
    at::Tensor proj; // [width, embedDim]
};
TORCH_MODULE(VisionTransformer);

/// CLIP with a vision transformer (Radford et al. 2021, arXiv:2103.00020). Names are those of OpenAI's checkpoints. With
/// weights in bfloat16 it computes in it; vectors and logits come out in single precision all the same.
/// Prompts enter as in MaPLe (Khattak et al. 2023, arXiv:2210.03117).
class ClipImpl : public torch::nn::Module
{
public:
    explicit ClipImpl(const ClipConfig& config);

    const ClipConfig& config() const { return m_config; }

    /// [B, 3, size, size], normalised -> [B, embedDim], not of length one. Throws Error(InvalidInput) for another size.
    virtual at::Tensor encodeImage(
        const at::Tensor& pixels, const TowerPrompts& prompts = {}, vision::TokenTrace* trace = nullptr);

    /// The tower of ViT CLIPs, for a training that reads more of it than the vector of the picture.
    VisionTransformer& visionTower() { return visual; }

    /// Ids [P, T] -> vectors [P, T, width], without positions. Throws Error(InvalidInput) for ids the vocabulary does
    /// not have or more than contextLength tokens.
    virtual at::Tensor embedTokens(const at::Tensor& ids);

    /// What embedTokens gives, prompts put in, with the ids that say where the text ends -> [P, embedDim], not of
    /// length one.
    virtual at::Tensor encodeText(const at::Tensor& embedded, const at::Tensor& ids, const TowerPrompts& prompts = {});

    virtual at::Tensor encodeText(const at::Tensor& ids) { return encodeText(embedTokens(ids), ids); }

    /// exp(logit_scale) * cosines: [B, embedDim], [P, embedDim] -> [B, P].
    virtual at::Tensor logits(const at::Tensor& imageFeatures, const at::Tensor& textFeatures);

    /// Whether a logit's sigmoid is the probability of that text alone (siglip.h), not their softmax that of each.
    virtual bool eachForItself() const { return false; }

    /// How its pictures are prepared.
    virtual vision::PictureFit pictureFit() const;

    double logitScale() const { return logit_scale.exp().item<double>(); } ///< What the cosines are multiplied by.

protected:
    struct WithoutTowers
    {
    };

    /// For towers of other kinds (bert_clip.h): only the scale of the logits.
    ClipImpl(const ClipConfig& config, WithoutTowers);

    void requireIds(const at::Tensor& ids) const;
    void requirePixels(const at::Tensor& pixels) const;

private:
    at::Tensor endPositions(const at::Tensor& ids) const;

    ClipConfig m_config;
    VisionTransformer visual{nullptr};
    Transformer transformer{nullptr};
    torch::nn::Embedding token_embedding{nullptr};
    at::Tensor positional_embedding; // [contextLength, width]
    torch::nn::LayerNorm ln_final{nullptr};
    at::Tensor text_projection; // [width, embedDim]
    at::Tensor logit_scale; // scalar
};
TORCH_MODULE(Clip);

} // namespace models::clip
