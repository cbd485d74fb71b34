#include "models/lvit/lvit.h"

#include <torch/types.h>

namespace models::lvit {

namespace nn = torch::nn;

namespace {

nn::Conv1d textConvolution(int inChannels, int outChannels)
{
    return nn::Conv1d(nn::Conv1dOptions(inChannels, outChannels, 3).padding(1));
}

} // namespace

LViTImpl::LViTImpl(const LViTConfig& config)
    : m_config(config)
{
    validate(config);
    const int w = config.width;
    const UpBlockParts parts{config.hasPlam(), config.kind == NetworkKind::UNet, config.keepUnused};
    inc = register_module("inc", ConvBatchNorm(config.channels, w));
    if (config.hasTransformers())
        makeTransformers();
    down1 = register_module("down1", DownBlock(w, w * 2));
    down2 = register_module("down2", DownBlock(w * 2, w * 4));
    down3 = register_module("down3", DownBlock(w * 4, w * 8));
    down4 = register_module("down4", DownBlock(w * 8, w * 8));
    up4 = register_module("up4", UpBlock(w * 16, w * 4, parts));
    up3 = register_module("up3", UpBlock(w * 8, w * 2, parts));
    up2 = register_module("up2", UpBlock(w * 4, w, parts));
    up1 = register_module("up1", UpBlock(w * 2, w, parts));
    outc = register_module("outc", nn::Conv2d(nn::Conv2dOptions(w, config.classes, 1)));
    if (config.hasTransformers())
        makeReconstructs();
    if (config.keepUnused && config.hasPlam())
        makeUnused();
    if (config.readsText())
        makeTextModules();
}

void LViTImpl::makeReconstructs()
{
    const int w = m_config.width, grid = m_config.grid();
    reconstruct1 = register_module("reconstruct1", Reconstruct(w, grid, 16));
    reconstruct2 = register_module("reconstruct2", Reconstruct(w * 2, grid, 8));
    reconstruct3 = register_module("reconstruct3", Reconstruct(w * 4, grid, 4));
    reconstruct4 = register_module("reconstruct4", Reconstruct(w * 8, grid, 2));
}

void LViTImpl::makeTextModules()
{
    const int w = m_config.width;
    text_module4 = register_module("text_module4", textConvolution(m_config.textWidth, w * 8));
    text_module3 = register_module("text_module3", textConvolution(w * 8, w * 4));
    text_module2 = register_module("text_module2", textConvolution(w * 4, w * 2));
    text_module1 = register_module("text_module1", textConvolution(w * 2, w));
}

void LViTImpl::makeTransformers()
{
    const auto make = [this](const char* name, int scale, VitPlace place) {
        return register_module(name,
            VisionTransformer(VitConfig{m_config.width * scale, 16 / scale, m_config.tokens(), m_config.depth,
                m_config.textTokens, m_config.dropout, place, m_config.keepUnused, m_config.text}));
    };
    downVit = make("downVit", 1, VitPlace::DownFirst);
    downVit1 = make("downVit1", 2, VitPlace::Down);
    downVit2 = make("downVit2", 4, VitPlace::Down);
    downVit3 = make("downVit3", 8, VitPlace::Down);
    upVit = make("upVit", 1, VitPlace::Up);
    upVit1 = make("upVit1", 2, VitPlace::Up);
    upVit2 = make("upVit2", 4, VitPlace::Up);
    upVit3 = make("upVit3", 8, VitPlace::UpLast);
}

void LViTImpl::makeUnused()
{
    const int w = m_config.width;
    pix_module1 = register_module("pix_module1", PLAM(w, /*keepUnused=*/true));
    pix_module2 = register_module("pix_module2", PLAM(w * 2, /*keepUnused=*/true));
    pix_module3 = register_module("pix_module3", PLAM(w * 4, /*keepUnused=*/true));
    pix_module4 = register_module("pix_module4", PLAM(w * 8, /*keepUnused=*/true));
}

torch::Tensor LViTImpl::logits(const torch::Tensor& image, const torch::Tensor& text)
{
    return finish(prepare(image), text);
}

torch::Tensor LViTImpl::forward(const torch::Tensor& image, const torch::Tensor& text)
{
    const auto result = logits(image, text);
    return m_config.classes == 1 ? torch::sigmoid(result) : torch::softmax(result, 1);
}

LViTImpl::Prepared LViTImpl::prepare(const torch::Tensor& image)
{
    Prepared prepared;
    auto& x = prepared.x;
    x[0] = inc(image.to(inc->conv->weight.scalar_type())); // [B, w, S, S]
    x[1] = down1(x[0]); // [B, 2w, S/2, S/2]
    x[2] = down2(x[1]); // [B, 4w, S/4, S/4]
    x[3] = down3(x[2]); // [B, 8w, S/8, S/8]
    x[4] = down4(x[3]); // [B, 8w, S/16, S/16]
    if (m_config.hasTransformers())
        prepared.tokens = {downVit->embed(x[0]), downVit1->embed(x[1]), downVit2->embed(x[2]), downVit3->embed(x[3])};
    return prepared;
}

torch::Tensor LViTImpl::finish(const Prepared& prepared, const torch::Tensor& text)
{
    const auto& x = prepared.x;
    if (!m_config.hasTransformers())
        return decode({x[0], x[1], x[2], x[3]}, x[4]);
    const auto tokens = branch(prepared.tokens, textChain(text));
    return decode(fuse(prepared, tokens.up), x[4]);
}

std::array<torch::Tensor, 4> LViTImpl::textChain(const torch::Tensor& text)
{
    if (!m_config.readsText())
        return {};
    const auto text4 = text_module4(text.to(inc->conv->weight.scalar_type()).transpose(1, 2)); // [B, 8w, tokens]
    const auto text3 = text_module3(text4); // [B, 4w, tokens]
    const auto text2 = text_module2(text3); // [B, 2w, tokens]
    const auto text1 = text_module1(text2); // [B, w, tokens]
    return {text1.transpose(1, 2), text2.transpose(1, 2), text3.transpose(1, 2), text4.transpose(1, 2)};
}

LViTImpl::Branch LViTImpl::branch(const std::array<torch::Tensor, 4>& tokens, const std::array<torch::Tensor, 4>& text)
{
    Branch result;
    auto& [down, up] = result;
    down[0] = downVit->down(tokens[0], {}, text[0]); // [B, N, w]
    down[1] = downVit1->down(tokens[1], down[0], text[1]); // [B, N, 2w]
    down[2] = downVit2->down(tokens[2], down[1], text[2]); // [B, N, 4w]
    down[3] = downVit3->down(tokens[3], down[2], text[3]); // [B, N, 8w]
    up[3] = upVit3->up(down[3], {}); // [B, N, 8w]
    up[2] = upVit2->up(down[2], up[3]); // [B, N, 4w]
    up[1] = upVit1->up(down[1], up[2]); // [B, N, 2w]
    up[0] = upVit->up(down[0], up[1]); // [B, N, w]
    return result;
}

std::array<torch::Tensor, 4> LViTImpl::fuse(const Prepared& prepared, const std::array<torch::Tensor, 4>& up)
{
    return {reconstruct1(up[0]) + prepared.x[0], reconstruct2(up[1]) + prepared.x[1],
        reconstruct3(up[2]) + prepared.x[2], reconstruct4(up[3]) + prepared.x[3]};
}

torch::Tensor LViTImpl::decode(const std::array<torch::Tensor, 4>& fused, const torch::Tensor& x5, Decoded* maps)
{
    const std::array blocks{up1, up2, up3, up4};
    auto x = x5;
    for (std::size_t level = blocks.size(); level-- > 0;) { // [B, 4w, S/8, S/8], [B, 2w, S/4, S/4] .. [B, w, S, S]
        auto block = blocks[level];
        x = block(x, fused[level], maps ? &maps->attended[level] : nullptr);
        if (maps)
            maps->up[level] = x;
    }
    return outc(x); // [B, classes, S, S]
}

} // namespace models::lvit
