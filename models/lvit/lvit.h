#pragma once

#include "models/lvit/blocks.h"
#include "models/lvit/config.h"
#include "models/lvit/vision_transformer.h"

#include <array>

namespace models::lvit {

/// LViT (Li et al., IEEE TMI 2024): a U-Net whose skip connections a text-guided transformer branch refines. Members
/// carry the names of the authors' checkpoints; those that the config leaves out (LViTConfig::kind, text, plam) are
/// null.
///
///     LViT net(config);
///     auto probabilities = net->forward(images, texts);  // training, or one pass
///     auto prepared = net->prepare(image);               // or: once per picture ...
///     auto logits = net->finish(prepared, text);         // ... and once per text
class LViTImpl : public torch::nn::Module
{
public:
    /// Throws Error(Model) for a config that is not valid. Initialised as the authors do.
    explicit LViTImpl(const LViTConfig& config);

    /// What the network computes before it sees the text.
    struct Prepared
    {
        std::array<torch::Tensor, 5> x; ///< x1..x5: [B, w, S, S] ... [B, 8w, S/8, S/8], [B, 8w, S/16, S/16]
        std::array<torch::Tensor, 4> tokens; ///< Embeddings of x1..x4, [B, tokens, w .. 8w]; undefined in a U-Net.
    };

    /// Tokens of the transformer branch, [B, tokens, w .. 8w].
    struct Branch
    {
        std::array<torch::Tensor, 4> down;
        std::array<torch::Tensor, 4> up;
    };

    /// Feature maps of the decoder.
    struct Decoded
    {
        std::array<torch::Tensor, 4> attended; ///< PLAM's in up1..up4: [B, w, S, S] .. [B, 8w, S/8, S/8]
        std::array<torch::Tensor, 4> up; ///< up1..up4: [B, w, S, S], [B, w, S/2, S/2] .. [B, 4w, S/8, S/8]
    };

    /// image [B, channels, S, S] (0..1), text [B, textTokens, textWidth] -> [B, classes, S, S]. Wherever a text is
    /// taken, a network that reads none does not look at it.
    torch::Tensor logits(const torch::Tensor& image, const torch::Tensor& text);
    /// The same as probabilities: sigmoid for one class, softmax over classes otherwise.
    torch::Tensor forward(const torch::Tensor& image, const torch::Tensor& text);

    Prepared prepare(const torch::Tensor& image);
    /// -> logits. Every item of `text` needs its item of `prepared`.
    torch::Tensor finish(const Prepared& prepared, const torch::Tensor& text);

    /// The steps of finish(), for tests and for heat maps. text1..text4: [B, textTokens, w .. 8w]
    std::array<torch::Tensor, 4> textChain(const torch::Tensor& text);
    Branch branch(const std::array<torch::Tensor, 4>& tokens, const std::array<torch::Tensor, 4>& text);
    /// x1..x4 with the branch's result added.
    std::array<torch::Tensor, 4> fuse(const Prepared& prepared, const std::array<torch::Tensor, 4>& up);
    /// -> logits. `maps`: also give what it passes through.
    torch::Tensor decode(const std::array<torch::Tensor, 4>& fused, const torch::Tensor& x5, Decoded* maps = nullptr);

    const LViTConfig& config() const { return m_config; }

    ConvBatchNorm inc{nullptr};
    VisionTransformer downVit{nullptr}, downVit1{nullptr}, downVit2{nullptr}, downVit3{nullptr};
    VisionTransformer upVit{nullptr}, upVit1{nullptr}, upVit2{nullptr}, upVit3{nullptr};
    DownBlock down1{nullptr}, down2{nullptr}, down3{nullptr}, down4{nullptr};
    UpBlock up4{nullptr}, up3{nullptr}, up2{nullptr}, up1{nullptr};
    torch::nn::Conv2d outc{nullptr};
    Reconstruct reconstruct1{nullptr}, reconstruct2{nullptr}, reconstruct3{nullptr}, reconstruct4{nullptr};
    PLAM pix_module1{nullptr}, pix_module2{nullptr}, pix_module3{nullptr}, pix_module4{nullptr};
    torch::nn::Conv1d text_module4{nullptr}, text_module3{nullptr}, text_module2{nullptr}, text_module1{nullptr};

private:
    void makeTransformers();
    void makeReconstructs();
    void makeTextModules();
    void makeUnused();

    LViTConfig m_config;
};
TORCH_MODULE(LViT);

} // namespace models::lvit
