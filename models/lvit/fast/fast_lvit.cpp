#include "models/lvit/fast/fast_lvit.h"

#include "models/kernels/threads.h"

#include <torch/types.h>

#include <algorithm>

namespace models::lvit::fast {

namespace {

constexpr int kGateLines = 8; ///< By one thread at once.

kernels::Convolution3x3 taken(
    ConvBatchNormImpl& block, std::vector<int> partChannels, int rows, const kernels::Kernels& kernels)
{
    const auto numbers = folded(*block.conv, *block.norm);
    return kernels::Convolution3x3(numbers.weight, numbers.bias, std::move(partChannels), rows, kernels);
}

ConvBatchNormImpl& blockOf(torch::nn::Sequential& blocks, std::size_t index)
{
    return *std::dynamic_pointer_cast<ConvBatchNormImpl>(blocks->ptr(index));
}

TokenConvolution taken(ConvTransBN& module, const kernels::Kernels& kernels)
{
    const auto numbers = folded(*module->conv, *module->norm);
    return TokenConvolution(numbers.weight, numbers.bias, kernels::Finish::Relu, kernels);
}

kernels::InputPart plain(const kernels::FeatureMap& map)
{
    kernels::InputPart part;
    part.map = map.view();
    return part;
}

kernels::InputPart upsampled(const kernels::FeatureMap& map)
{
    auto part = plain(map);
    part.reading = kernels::Reading::Upsampled;
    return part;
}

} // namespace

FastLViT::Gate FastLViT::takenGate(PLAMImpl& plam, int channels, const kernels::Kernels& kernels)
{
    const auto wide = [channels](const at::Tensor& weight) {
        return kernels::padded(kernels::padded(weight.flatten(1), 0, kernels::paddedChannels(channels)), 1,
            kernels::paddedChannels(channels));
    };
    const auto linear = [&plam](std::size_t index) {
        const auto& module = *plam.bottleneck->ptr(index)->as<torch::nn::LinearImpl>();
        return at::cat({module.weight.flatten(), module.bias}).to(at::kFloat);
    };
    return {kernels::Dense(at::cat({wide(plam.conv_avg->weight), wide(plam.conv_max->weight)}), {}, kernels), linear(0),
        linear(2)};
}

FastLViT::FastLViT(LViTImpl& network, const kernels::Kernels& kernels)
    : m_config(network.config())
    , m_kernels(&kernels)
{
    const torch::NoGradGuard noGradient;
    const int w = m_config.width, size = m_config.pictureSize;
    m_inc = taken(*network.inc, {m_config.channels}, size, kernels);
    const std::array downs{&network.down1, &network.down2, &network.down3, &network.down4};
    const std::array channels{w, 2 * w, 4 * w, 8 * w, 8 * w};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 2; ++j)
            m_down[i][j] = taken(blockOf((*downs[i])->nConvs, j), {channels[i + j]}, size >> (i + 1), kernels);
    takeTransformers(network);
    takeDecoder(network);
}

void FastLViT::takeTransformers(LViTImpl& network)
{
    const std::array downs{&network.downVit, &network.downVit1, &network.downVit2, &network.downVit3};
    const std::array ups{&network.upVit, &network.upVit1, &network.upVit2, &network.upVit3};
    for (std::size_t i = 0; i < 4; ++i) {
        m_embeddings[i] = PatchEmbedding(*(*downs[i])->embeddings, *m_kernels);
        m_downBlocks[i] = encoderBlocks(**downs[i], *m_kernels);
        m_upBlocks[i] = encoderBlocks(**ups[i], *m_kernels);
        if (i > 0)
            m_narrowing[i] = taken((*downs[i])->CTBN, *m_kernels);
        if (i < 3)
            m_fromBelow[i] = taken((*ups[i])->CTBN2, *m_kernels);
    }
    if (!m_config.readsText())
        return;
    const auto entry = folded(*network.downVit->CTBN3->conv, *network.downVit->CTBN3->norm);
    m_textEntry = {entry.weight.to(at::kFloat), entry.bias.to(at::kFloat)};
    for (auto* module : {&network.text_module4, &network.text_module3, &network.text_module2, &network.text_module1})
        m_textChain.emplace_back((*module)->weight, (*module)->bias, kernels::Finish::Keep, *m_kernels);
}

void FastLViT::takeDecoder(LViTImpl& network)
{
    const int w = m_config.width, size = m_config.pictureSize;
    const std::array reconstructs{
        &network.reconstruct1, &network.reconstruct2, &network.reconstruct3, &network.reconstruct4};
    const std::array ups{&network.up1, &network.up2, &network.up3, &network.up4};
    for (std::size_t i = 0; i < 4; ++i) {
        const int channels = w << i, results = i == 0 ? w : channels / 2, rows = size >> i;
        const auto reconstruct = folded(*(*reconstructs[i])->conv, *(*reconstructs[i])->norm);
        m_reconstruct[i] = kernels::Dense(reconstruct.weight.flatten(1), reconstruct.bias, *m_kernels);
        if (m_config.hasPlam())
            m_gates[i] = takenGate(*(*ups[i])->pixModule, channels, *m_kernels);
        auto& first = blockOf((*ups[i])->nConvs, 0);
        if (i < 3) {
            m_up[i][0] = taken(first, {channels, channels}, rows, *m_kernels);
        } else {
            const auto numbers = folded(*first.conv, *first.norm);
            m_up[i][0] = kernels::Convolution3x3(
                numbers.weight.narrow(1, 0, channels), numbers.bias, {channels}, rows, *m_kernels);
            m_deepest = kernels::Convolution3x3(
                numbers.weight.narrow(1, channels, channels), numbers.bias, {channels}, rows, *m_kernels);
        }
        m_up[i][1] = taken(blockOf((*ups[i])->nConvs, 1), {results}, rows, *m_kernels);
    }
    m_outc = kernels::Dense(kernels::padded(network.outc->weight.flatten(1), 1, kernels::paddedChannels(w)),
        network.outc->bias, *m_kernels);
}

kernels::FeatureMap FastLViT::product(
    const kernels::Dense& dense, const float* values, int batch, int rows, int columns, int depth) const
{
    auto result = kernels::makeMap(m_pool, batch, rows, columns, dense.columns());
    dense.run(values, depth, batch * rows * columns, result.values.get());
    return result;
}

FastLViT::Prepared FastLViT::prepare(const at::Tensor& image) const
{
    const int batch = static_cast<int>(image.size(0)), size = m_config.pictureSize;
    TORCH_CHECK(image.size(1) == m_config.channels && image.size(2) == size && image.size(3) == size,
        "the picture is not of the network's size");
    Prepared prepared;
    auto& x = prepared.x;
    const auto picture =
        kernels::padded(image.to(at::kFloat).permute({0, 2, 3, 1}), 3, kernels::paddedChannels(m_config.channels));
    kernels::InputPart input;
    input.map = {picture.const_data_ptr<float>(), size, size, kernels::paddedChannels(m_config.channels)};
    kernels::FeatureMap pooled;
    x[0] = m_inc.run({&input, 1}, batch, size, size, m_pool, {nullptr, &pooled});
    for (std::size_t i = 0; i < 4; ++i) {
        const int side = size >> (i + 1);
        const auto source = plain(pooled);
        const auto first = m_down[i][0].run({&source, 1}, batch, side, side, m_pool);
        const auto middle = plain(first);
        if (i < 3) {
            x[i + 1] = m_down[i][1].run({&middle, 1}, batch, side, side, m_pool, {nullptr, &pooled});
        } else {
            const auto x5 = m_down[i][1].run({&middle, 1}, batch, side, side, m_pool);
            const auto part = upsampled(x5);
            prepared.deepest =
                m_deepest.run({&part, 1}, batch, 2 * side, 2 * side, m_pool, {nullptr, nullptr, /*plain=*/true});
        }
    }
    for (std::size_t i = 0; i < 4; ++i) {
        if (m_config.hasPlam())
            prepared.products[i] =
                product(m_gates[i].products, x[i].values.get(), batch, x[i].rows, x[i].columns, x[i].channels);
        prepared.tokens[i] = m_embeddings[i].run(x[i]); // [B, N, C]
        if (i > 0)
            prepared.tokens[i] = m_narrowing[i].run(fast::run(m_downBlocks[i], prepared.tokens[i]));
    }
    return prepared;
}

at::Tensor FastLViT::textOfFirst(const at::Tensor& text) const
{
    auto chain = text.to(at::kFloat);
    for (const auto& module : m_textChain)
        chain = module.run(chain); // [B, textTokens, 8w .. w]
    return at::relu(at::conv1d(chain.contiguous(), m_textEntry.weight, m_textEntry.bias, 1, 1)); // [B, N, w]
}

std::array<at::Tensor, 4> FastLViT::branch(const Prepared& prepared, const at::Tensor& text) const
{
    std::array<at::Tensor, 4> down, up;
    down[0] = m_config.readsText() ? prepared.tokens[0] + textOfFirst(text) : prepared.tokens[0];
    down[0] = fast::run(m_downBlocks[0], down[0]); // [B, N, w]
    for (std::size_t i = 1; i < 4; ++i)
        down[i] = at::cat({prepared.tokens[i], down[i - 1]}, 2); // [B, N, 2w .. 8w]
    up[3] = fast::run(m_upBlocks[3], down[3]); // [B, N, 8w]
    for (std::size_t i = 3; i-- > 0;)
        up[i] = fast::run(m_upBlocks[i], down[i]) + m_fromBelow[i].run(up[i + 1]); // [B, N, 4w .. w]
    return up;
}

kernels::Buffer FastLViT::gateOf(const Prepared& prepared, const kernels::FeatureMap& cells, std::size_t i) const
{
    const auto& x = prepared.x[i];
    const int lines = x.batch * x.rows;
    const std::size_t pixels = static_cast<std::size_t>(lines) * static_cast<std::size_t>(x.columns);
    auto result = m_pool.take(pixels);
    if (!m_config.hasPlam()) {
        std::fill_n(result.get(), pixels, 1.0F);
        return result;
    }
    const auto& gate = m_gates[i];
    const auto added =
        product(gate.products, cells.values.get(), cells.batch, cells.rows, cells.columns, cells.channels);
    kernels::GateInput input;
    input.products = prepared.products[i].view();
    input.cells = added.view();
    input.cellSide = 16 >> i;
    input.channels = m_config.width << i;
    input.hidden = gate.hidden.const_data_ptr<float>();
    input.output = gate.output.const_data_ptr<float>();
    kernels::onThreads((lines + kGateLines - 1) / kGateLines, [&](int piece, int) {
        m_kernels->gate(input, piece * kGateLines, std::min((piece + 1) * kGateLines, lines), result.get());
    });
    return result;
}

kernels::FeatureMap FastLViT::decodeLevel(
    const Prepared& prepared, const at::Tensor& tokens, const kernels::FeatureMap* below, std::size_t i) const
{
    const auto& x = prepared.x[i];
    const int grid = m_config.grid();
    auto cells = kernels::makeMap(m_pool, x.batch, grid, grid, x.channels);
    const auto together = tokens.contiguous();
    m_reconstruct[i].run(together.const_data_ptr<float>(), together.size(2), x.batch * grid * grid, cells.values.get(),
        kernels::Finish::Relu);
    const auto gate = gateOf(prepared, cells, i);
    std::vector<kernels::InputPart> parts{plain(x)};
    parts[0].reading = kernels::Reading::Gated;
    parts[0].skip = {cells.view(), 16 >> i, gate.get()};
    if (below)
        parts.push_back(upsampled(*below));
    const auto first =
        m_up[i][0].run(parts, x.batch, x.rows, x.columns, m_pool, {below ? nullptr : &prepared.deepest, nullptr});
    const auto middle = plain(first);
    return m_up[i][1].run({&middle, 1}, x.batch, x.rows, x.columns, m_pool);
}

at::Tensor FastLViT::finish(const Prepared& prepared, const at::Tensor& text) const
{
    TORCH_CHECK(!m_config.readsText() || text.size(0) == prepared.x[0].batch, "not a text for each picture");
    const auto tokens = branch(prepared, text);
    auto x = decodeLevel(prepared, tokens[3], nullptr, 3); // [B, S/8, S/8, 4w]
    for (std::size_t i = 3; i-- > 0;)
        x = decodeLevel(prepared, tokens[i], &x, i); // ... [B, S, S, w]
    const std::int64_t size = m_config.pictureSize;
    auto logits = at::empty({x.batch, size, size, m_outc.columns()}, at::kFloat);
    m_outc.run(x.values.get(), x.channels, static_cast<int>(x.batch * size * size), logits.mutable_data_ptr<float>());
    return logits.narrow(3, 0, m_config.classes).permute({0, 3, 1, 2}).contiguous(); // [B, classes, S, S]
}

at::Tensor FastLViT::forward(const at::Tensor& image, const at::Tensor& text) const
{
    // One after another: a batch is no faster, and its maps would be held all at once.
    std::vector<at::Tensor> items;
    for (std::int64_t item = 0; item < image.size(0); ++item)
        items.push_back(
            finish(prepare(image.narrow(0, item, 1)), m_config.readsText() ? text.narrow(0, item, 1) : text));
    const auto logits = at::cat(items);
    return m_config.classes == 1 ? at::sigmoid(logits) : at::softmax(logits, 1);
}

} // namespace models::lvit::fast
