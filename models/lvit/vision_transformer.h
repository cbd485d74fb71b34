#pragma once

#include "models/layers/batch_norm.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/pimpl.h>

namespace models::lvit {

/// Where a VisionTransformer stands in LViT; decides which of its modules run.
enum class VitPlace {
    DownFirst, ///< downVit: the text enters here.
    Down, ///< downVit1..3
    Up, ///< upVit, upVit1, upVit2
    UpLast, ///< upVit3, the deepest one.
};

struct VitConfig
{
    int channels = 64;
    int patch = 16;
    int tokens = 196;
    int depth = 1;
    int textTokens = 10;
    double dropout = 0.1;
    VitPlace place = VitPlace::DownFirst;
    bool keepUnused = true;
    bool text = true; ///< Off: DownFirst takes none (LViT-TW).
};

class EmbeddingsImpl : public torch::nn::Module
{
public:
    explicit EmbeddingsImpl(const VitConfig& config);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, C, H, W] -> [B, tokens, C]

    torch::Tensor position_embeddings; ///< [1, tokens, C]
    torch::nn::Conv2d patch_embeddings{nullptr};
    torch::nn::Dropout dropout{nullptr};
};
TORCH_MODULE(Embeddings);

/// Conv1d 3, batch norm, ReLU; over the middle dimension of [B, channels, length] (the authors' ConvTransBN).
class ConvTransBNImpl : public torch::nn::Module
{
public:
    ConvTransBNImpl(int inChannels, int outChannels);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Conv1d conv{nullptr};
    layers::BatchNorm1d norm{nullptr};
};
TORCH_MODULE(ConvTransBN);

class AttentionImpl : public torch::nn::Module
{
public:
    explicit AttentionImpl(int channels);
    torch::Tensor forward(const torch::Tensor& x); ///< [B, N, C] -> [B, N, C], eight heads

    torch::nn::Linear qkv{nullptr};
    torch::nn::Linear proj{nullptr};
};
TORCH_MODULE(Attention);

/// fc1, GELU, dropout, fc2, GELU again, dropout.
class MlpImpl : public torch::nn::Module
{
public:
    MlpImpl(int channels, double dropoutProbability);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Linear fc1{nullptr};
    torch::nn::Linear fc2{nullptr};
    torch::nn::Dropout dropout{nullptr};
};
TORCH_MODULE(Mlp);

class EncoderBlockImpl : public torch::nn::Module
{
public:
    EncoderBlockImpl(int channels, double dropoutProbability);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::LayerNorm norm1{nullptr};
    Attention attn{nullptr};
    torch::nn::LayerNorm norm2{nullptr};
    Mlp mlp{nullptr};
};
TORCH_MODULE(EncoderBlock);

/// One of LViT's eight transformers. Modules that its place never runs are there only with `keepUnused`.
class VisionTransformerImpl : public torch::nn::Module
{
public:
    explicit VisionTransformerImpl(const VitConfig& config);

    /// Feature map to tokens; does not see the text. Down places only.
    torch::Tensor embed(const torch::Tensor& x); ///< [B, C, H, W] -> [B, tokens, C]

    /// `tokens` from embed(). `skip`: the tokens of the level above, [B, tokens, C/2]; not read in DownFirst.
    /// `text` [B, textTokens, C]; read in DownFirst only, and there not without VitConfig::text. -> [B, tokens, C]
    torch::Tensor down(torch::Tensor tokens, const torch::Tensor& skip, const torch::Tensor& text);

    /// `y` [B, tokens, C] of the down path; `skip` [B, tokens, 2C] from the level below, not read in UpLast.
    torch::Tensor up(const torch::Tensor& y, const torch::Tensor& skip);

    Embeddings embeddings{nullptr};
    torch::nn::LayerNorm norm{nullptr};
    torch::nn::Sequential Encoder_blocks{nullptr};
    torch::nn::Linear head{nullptr};
    ConvTransBN CTBN{nullptr};
    ConvTransBN CTBN2{nullptr};
    ConvTransBN CTBN3{nullptr};

private:
    VitPlace m_place;
};
TORCH_MODULE(VisionTransformer);

} // namespace models::lvit
