#pragma once

#include "models/kernels/convolution.h"
#include "models/kernels/dense.h"
#include "models/lvit/fast/folded.h"
#include "models/lvit/fast/transformer.h"
#include "models/lvit/lvit.h"

#include <array>
#include <vector>

namespace models::lvit::fast {

/// An LViT for one processor's answers, made once of a loaded network: batch norms folded, Winograd's convolutions,
/// weights packed for the processor's instructions, memory kept from pass to pass. Logits differ from those of LViTImpl
/// in eval() by at most kLogitTolerance of their largest. Not thread-safe; no gradients.
///
///     FastLViT fast(*network);
///     auto prepared = fast.prepare(image); // once per picture; let go before `fast`
///     auto logits = fast.finish(prepared, text); // once per text
class FastLViT
{
public:
    static constexpr double kLogitTolerance = 1e-4;

    /// Copies what it needs. The network has transformers and is on the processor, in float32.
    explicit FastLViT(LViTImpl& network, const kernels::Kernels& kernels = kernels::fastestKernels());

    /// What does not depend on the text: the encoder, the transformers above it up to where the text comes in, the
    /// products behind PLAM's gates, and the part of the first decoder block that reads x5.
    struct Prepared
    {
        std::array<kernels::FeatureMap, 4> x; ///< x1..x4
        std::array<kernels::FeatureMap, 4>
            products; ///< With PLAM's conv_avg and conv_max, beside each other; empty without.
        kernels::FeatureMap deepest; ///< up4's first convolution of x5, without bias and ReLU.
        std::array<at::Tensor, 4> tokens; ///< Of downVit before the text, then of downVit1..3 before the skip.
    };

    Prepared prepare(const at::Tensor& image) const; ///< [B, channels, S, S], 0..1
    /// text [B, textTokens, textWidth], not read by LViT-TW -> logits [B, classes, S, S]
    at::Tensor finish(const Prepared& prepared, const at::Tensor& text) const;
    /// Both: sigmoid for one class, softmax over classes otherwise.
    at::Tensor forward(const at::Tensor& image, const at::Tensor& text) const;

    const LViTConfig& config() const { return m_config; }

private:
    struct Gate
    {
        kernels::Dense products; ///< conv_avg above conv_max.
        at::Tensor hidden, output; ///< As GateInput has them.
    };
    static Gate takenGate(PLAMImpl& plam, int channels, const kernels::Kernels& kernels);

    void takeTransformers(LViTImpl& network);
    void takeDecoder(LViTImpl& network);
    std::array<at::Tensor, 4> branch(const Prepared& prepared, const at::Tensor& text) const;
    at::Tensor textOfFirst(const at::Tensor& text) const;
    kernels::FeatureMap decodeLevel(
        const Prepared& prepared, const at::Tensor& tokens, const kernels::FeatureMap* below, std::size_t i) const;
    kernels::Buffer gateOf(const Prepared& prepared, const kernels::FeatureMap& cells, std::size_t i) const;
    kernels::FeatureMap product(
        const kernels::Dense& dense, const float* values, int batch, int rows, int columns, int depth) const;

    LViTConfig m_config;
    const kernels::Kernels* m_kernels;
    kernels::Convolution3x3 m_inc;
    std::array<std::array<kernels::Convolution3x3, 2>, 4> m_down; ///< down1..down4
    std::array<PatchEmbedding, 4> m_embeddings;
    std::array<std::vector<EncoderBlock>, 4> m_downBlocks; ///< downVit, downVit1..3
    std::array<std::vector<EncoderBlock>, 4> m_upBlocks; ///< upVit, upVit1..3
    std::array<TokenConvolution, 4> m_narrowing; ///< CTBN of downVit1..3; [0] is not used.
    std::array<TokenConvolution, 4> m_fromBelow; ///< CTBN2 of upVit, upVit1..2; [3] is not used.
    Folded m_textEntry; ///< CTBN3
    std::vector<TokenConvolution> m_textChain; ///< text_module4..1
    std::array<kernels::Dense, 4> m_reconstruct;
    std::array<Gate, 4> m_gates; ///< PLAM of up1..up4
    kernels::Convolution3x3 m_deepest; ///< The half of up4's first convolution that reads x5.
    std::array<std::array<kernels::Convolution3x3, 2>, 4> m_up; ///< up1..up4
    kernels::Dense m_outc;
    mutable kernels::BufferPool m_pool;
};

} // namespace models::lvit::fast
