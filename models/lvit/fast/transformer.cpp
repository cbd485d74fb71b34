#include "models/lvit/fast/transformer.h"

#include "models/kernels/threads.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace models::lvit::fast {

namespace {

constexpr std::int64_t kHeads = 8;

/// The scale of the attention belongs to the queries, the first third of qkv.
at::Tensor withScaledQueries(const at::Tensor& qkv)
{
    auto result = qkv.clone();
    const auto channels = qkv.size(0) / 3;
    result.narrow(0, 0, channels).mul_(1 / std::sqrt(static_cast<double>(channels / kHeads)));
    return result;
}

} // namespace

TokenConvolution::TokenConvolution(
    const at::Tensor& weight, const at::Tensor& bias, kernels::Finish finish, const kernels::Kernels& kernels)
    : m_dense(weight.permute({0, 2, 1}).reshape({weight.size(0), -1}), bias, kernels)
    , m_finish(finish)
{
}

at::Tensor TokenConvolution::run(const at::Tensor& x) const
{
    const auto batch = x.size(0), tokens = x.size(1), channels = x.size(2);
    auto bordered = at::zeros({batch, tokens + 2, channels}, x.options());
    bordered.narrow(1, 1, tokens).copy_(x);
    auto result = at::empty({batch, tokens, m_dense.columns()}, x.options());
    for (std::int64_t item = 0; item < batch; ++item)
        m_dense.run(bordered[item].const_data_ptr<float>(), channels, static_cast<int>(tokens),
            result[item].mutable_data_ptr<float>(), m_finish);
    return result.narrow(2, 0, m_dense.outputs());
}

PatchEmbedding::PatchEmbedding(EmbeddingsImpl& embeddings, const kernels::Kernels& kernels)
    : m_kernels(&kernels)
{
    const auto weight = embeddings.patch_embeddings->weight; // [C, C, patch, patch]
    m_patch = static_cast<int>(weight.size(2));
    m_channels = weight.size(0);
    const auto wide = kernels::padded(weight, 1, kernels::paddedChannels(static_cast<int>(m_channels)));
    for (int line = 0; line < m_patch; ++line) {
        const auto ofLine = wide.select(2, line).permute({2, 1, 0}); // [patch, C padded, C]
        m_lines.push_back(packed(ofLine.reshape({-1, m_channels}), kernels));
    }
    m_start = kernels::padded(
        (embeddings.position_embeddings[0] + embeddings.patch_embeddings->bias).to(at::kFloat), 1, m_lines[0].columns);
}

at::Tensor PatchEmbedding::run(const kernels::FeatureMap& x) const
{
    const int grid = x.columns / m_patch, columns = m_lines[0].columns;
    const int bands = x.batch * (x.rows / m_patch); // Rows of patches.
    auto tokens = m_start.repeat({x.batch, 1, 1}); // [B, tokens, C padded]
    float* to = tokens.mutable_data_ptr<float>();
    const int bandsOfThread = (bands + kernels::threadCount() - 1) / kernels::threadCount();
    kernels::onThreads((bands + bandsOfThread - 1) / bandsOfThread, [&](int piece, int) {
        for (int line = 0; line < m_patch; ++line)
            for (int band = piece * bandsOfThread; band < std::min((piece + 1) * bandsOfThread, bands); ++band) {
                kernels::Product product;
                product.a =
                    x.values.get() + (std::ptrdiff_t(band) * m_patch + line) * x.columns * std::ptrdiff_t(x.channels);
                product.aStride = std::ptrdiff_t(m_patch) * x.channels;
                product.b = m_lines[static_cast<std::size_t>(line)].values.const_data_ptr<float>();
                product.c = to + std::ptrdiff_t(band) * grid * columns;
                product.cStride = columns;
                product.rows = grid;
                product.depth = m_patch * x.channels;
                product.columns = columns;
                product.finish = kernels::Finish::Add;
                m_kernels->multiply(product);
            }
    });
    return tokens.narrow(2, 0, m_channels);
}

at::Tensor EncoderBlock::Norm::run(const at::Tensor& x) const
{
    return at::layer_norm(x, {x.size(2)}, weight, bias, eps);
}

EncoderBlock::EncoderBlock(EncoderBlockImpl& block, const kernels::Kernels& kernels)
    : m_norm1{block.norm1->weight, block.norm1->bias, block.norm1->options.eps()}
    , m_qkv(withScaledQueries(block.attn->qkv->weight), withScaledQueries(block.attn->qkv->bias), kernels)
    , m_proj(block.attn->proj->weight, block.attn->proj->bias, kernels)
    , m_norm2{block.norm2->weight, block.norm2->bias, block.norm2->options.eps()}
    , m_fc1(block.mlp->fc1->weight, block.mlp->fc1->bias, kernels)
    , m_fc2(block.mlp->fc2->weight, block.mlp->fc2->bias, kernels)
{
}

at::Tensor EncoderBlock::run(const at::Tensor& x) const
{
    const auto attended = x + attention(m_norm1.run(x)); // [B, N, C]
    const auto hidden = at::gelu(m_fc1.run(m_norm2.run(attended))); // [B, N, 4C]
    return attended + at::gelu(m_fc2.run(hidden));
}

at::Tensor EncoderBlock::attention(const at::Tensor& x) const
{
    const auto batch = x.size(0), tokens = x.size(1), channels = x.size(2);
    const auto parts = m_qkv.run(x).reshape({batch, tokens, 3, kHeads, channels / kHeads}).permute({2, 0, 3, 1, 4});
    const auto weights = at::softmax(at::matmul(parts[0], parts[1].transpose(-2, -1)), -1); // [B, 8, N, N]
    const auto mixed = at::matmul(weights, parts[2]); // [B, 8, N, C/8]
    return m_proj.run(mixed.transpose(1, 2).reshape({batch, tokens, channels})); // [B, N, C]
}

std::vector<EncoderBlock> encoderBlocks(VisionTransformerImpl& transformer, const kernels::Kernels& kernels)
{
    std::vector<EncoderBlock> blocks;
    for (const auto& module : *transformer.Encoder_blocks)
        blocks.emplace_back(*std::dynamic_pointer_cast<EncoderBlockImpl>(module.ptr()), kernels);
    return blocks;
}

at::Tensor run(const std::vector<EncoderBlock>& blocks, at::Tensor x)
{
    for (const auto& block : blocks)
        x = block.run(x);
    return x;
}

} // namespace models::lvit::fast
