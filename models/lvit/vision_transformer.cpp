#include "models/lvit/vision_transformer.h"

#include "models/vision/patch_embedding.h"

#include <torch/nn/init.h>
#include <torch/types.h>

#include <cmath>

namespace models::lvit {

namespace nn = torch::nn;

namespace {

constexpr std::int64_t kHeads = 8;
constexpr std::int64_t kMlpRatio = 4;

} // namespace

EmbeddingsImpl::EmbeddingsImpl(const VitConfig& config)
{
    position_embeddings = register_parameter("position_embeddings", torch::zeros({1, config.tokens, config.channels}));
    patch_embeddings = register_module("patch_embeddings",
        nn::Conv2d(nn::Conv2dOptions(config.channels, config.channels, config.patch).stride(config.patch)));
    dropout = register_module("dropout", nn::Dropout(config.dropout));
}

torch::Tensor EmbeddingsImpl::forward(const torch::Tensor& x)
{
    return dropout(vision::patchTokens(x, patch_embeddings) + position_embeddings); // [B, g*g, C]
}

ConvTransBNImpl::ConvTransBNImpl(int inChannels, int outChannels)
{
    conv = register_module("conv", nn::Conv1d(nn::Conv1dOptions(inChannels, outChannels, 3).padding(1)));
    norm = register_module("norm", layers::BatchNorm1d(outChannels));
}

torch::Tensor ConvTransBNImpl::forward(const torch::Tensor& x)
{
    return torch::relu(norm(conv(x)));
}

AttentionImpl::AttentionImpl(int channels)
{
    qkv = register_module("qkv", nn::Linear(channels, channels * 3));
    proj = register_module("proj", nn::Linear(channels, channels));
}

torch::Tensor AttentionImpl::forward(const torch::Tensor& x)
{
    const auto batch = x.size(0);
    const auto tokens = x.size(1);
    const auto channels = x.size(2);
    const auto parts = qkv(x).reshape({batch, tokens, 3, kHeads, channels / kHeads}).permute({2, 0, 3, 1, 4});
    const double scale = 1 / std::sqrt(static_cast<double>(channels / kHeads));
    const auto weights =
        torch::softmax(torch::matmul(parts[0], parts[1].transpose(-2, -1)) * scale, -1); // [B, 8, N, N]
    const auto mixed = torch::matmul(weights, parts[2]); // [B, 8, N, C/8]
    return proj(mixed.transpose(1, 2).reshape({batch, tokens, channels})); // [B, N, C]
}

MlpImpl::MlpImpl(int channels, double dropoutProbability)
{
    fc1 = register_module("fc1", nn::Linear(channels, channels * kMlpRatio));
    fc2 = register_module("fc2", nn::Linear(channels * kMlpRatio, channels));
    dropout = register_module("dropout", nn::Dropout(dropoutProbability));
    for (auto* layer : {&fc1, &fc2}) {
        nn::init::xavier_uniform_((*layer)->weight);
        nn::init::normal_((*layer)->bias, 0, 1e-6);
    }
}

torch::Tensor MlpImpl::forward(const torch::Tensor& x)
{
    const auto hidden = dropout(torch::gelu(fc1(x))); // [B, N, 4C]
    return dropout(torch::gelu(fc2(hidden))); // [B, N, C]
}

EncoderBlockImpl::EncoderBlockImpl(int channels, double dropoutProbability)
{
    norm1 = register_module("norm1", nn::LayerNorm(nn::LayerNormOptions({channels})));
    attn = register_module("attn", Attention(channels));
    norm2 = register_module("norm2", nn::LayerNorm(nn::LayerNormOptions({channels})));
    mlp = register_module("mlp", Mlp(channels, dropoutProbability));
}

torch::Tensor EncoderBlockImpl::forward(const torch::Tensor& x)
{
    const auto attended = x + attn(norm1(x));
    return attended + mlp(norm2(attended));
}

VisionTransformerImpl::VisionTransformerImpl(const VitConfig& config)
    : m_place(config.place)
{
    const bool all = config.keepUnused;
    const int channels = config.channels;
    const bool downPath = m_place == VitPlace::DownFirst || m_place == VitPlace::Down;
    if (all || downPath)
        embeddings = register_module("embeddings", Embeddings(config));
    if (all)
        norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({channels})));
    Encoder_blocks = register_module("Encoder_blocks", nn::Sequential());
    for (int block = 0; block < config.depth; ++block)
        Encoder_blocks->push_back(EncoderBlock(channels, config.dropout));
    if (all)
        head = register_module("head", nn::Linear(channels, 1));
    if (all || m_place == VitPlace::Down)
        CTBN = register_module("CTBN", ConvTransBN(channels, channels / 2));
    if (all || m_place == VitPlace::Up)
        CTBN2 = register_module("CTBN2", ConvTransBN(channels * 2, channels));
    if (config.text && (all || m_place == VitPlace::DownFirst))
        CTBN3 = register_module("CTBN3", ConvTransBN(config.textTokens, config.tokens));
}

torch::Tensor VisionTransformerImpl::embed(const torch::Tensor& x)
{
    return embeddings(x);
}

torch::Tensor VisionTransformerImpl::down(torch::Tensor tokens, const torch::Tensor& skip, const torch::Tensor& text)
{
    if (m_place == VitPlace::DownFirst)
        return Encoder_blocks->forward(CTBN3 ? tokens + CTBN3(text) : tokens); // [B, N, C]
    tokens = Encoder_blocks->forward(tokens); // [B, N, C]
    tokens = CTBN(tokens.transpose(1, 2)).transpose(1, 2); // [B, N, C/2]
    return torch::cat({tokens, skip}, 2); // [B, N, C]
}

torch::Tensor VisionTransformerImpl::up(const torch::Tensor& y, const torch::Tensor& skip)
{
    const auto tokens = Encoder_blocks->forward(y); // [B, N, C]
    if (m_place == VitPlace::UpLast)
        return tokens;
    return tokens + CTBN2(skip.transpose(1, 2)).transpose(1, 2); // [B, N, C]
}

} // namespace models::lvit
