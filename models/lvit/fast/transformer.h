#pragma once

#include "models/kernels/convolution.h"
#include "models/kernels/dense.h"
#include "models/lvit/vision_transformer.h"

#include <vector>

namespace models::lvit::fast {

/// Conv1d 3 over the tokens of [B, tokens, in]: a product, since three tokens lie behind each other in memory.
class TokenConvolution
{
public:
    TokenConvolution() = default;
    /// weight [out, in, 3], bias [out]
    TokenConvolution(
        const at::Tensor& weight, const at::Tensor& bias, kernels::Finish finish, const kernels::Kernels& kernels);

    at::Tensor run(const at::Tensor& x) const; ///< [B, tokens, in] -> [B, tokens, out]

private:
    kernels::Dense m_dense;
    kernels::Finish m_finish = kernels::Finish::Keep;
};

/// Patches of a feature map to tokens, and their places.
class PatchEmbedding
{
public:
    PatchEmbedding() = default;
    PatchEmbedding(EmbeddingsImpl& embeddings, const kernels::Kernels& kernels);

    at::Tensor run(const kernels::FeatureMap& x) const; ///< -> [B, tokens, C]

private:
    const kernels::Kernels* m_kernels = nullptr;
    int m_patch = 0;
    std::vector<kernels::PackedMatrix> m_lines; ///< One for each line of a patch: [patch * channels, C].
    at::Tensor m_start; ///< Bias and position embeddings, [tokens, C padded].
    std::int64_t m_channels = 0;
};

/// LayerNorm, attention, LayerNorm, MLP.
class EncoderBlock
{
public:
    EncoderBlock(EncoderBlockImpl& block, const kernels::Kernels& kernels);

    at::Tensor run(const at::Tensor& x) const; ///< [B, N, C] -> [B, N, C]

private:
    struct Norm
    {
        at::Tensor weight;
        at::Tensor bias;
        double eps;

        at::Tensor run(const at::Tensor& x) const;
    };

    at::Tensor attention(const at::Tensor& x) const;

    Norm m_norm1;
    kernels::Dense m_qkv; ///< With the scale of the attention in its first third.
    kernels::Dense m_proj;
    Norm m_norm2;
    kernels::Dense m_fc1;
    kernels::Dense m_fc2;
};

/// All blocks of a VisionTransformer, one behind the other.
std::vector<EncoderBlock> encoderBlocks(VisionTransformerImpl& transformer, const kernels::Kernels& kernels);
at::Tensor run(const std::vector<EncoderBlock>& blocks, at::Tensor x);

} // namespace models::lvit::fast
