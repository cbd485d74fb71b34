#include "models/lvit/widen.h"

#include "imaging/error.h"

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace models::lvit {

namespace {

constexpr std::int64_t kAttentionHeads = 8;

/// Which of the smaller network's channels each of the larger one's is a copy of: [n], whole numbers.
using Sources = at::Tensor;

bool contains(std::string_view key, std::string_view part)
{
    return key.find(part) != std::string_view::npos;
}

/// How often the source of each channel was copied: [n]
at::Tensor copiesOf(const Sources& sources)
{
    return at::bincount(sources).index_select(0, sources).to(at::kDouble);
}

at::Tensor alongDimension(const at::Tensor& factors, std::int64_t dimension, std::int64_t dimensions)
{
    std::vector<std::int64_t> shape(std::size_t(dimensions), 1);
    shape[std::size_t(dimension)] = -1;
    return factors.view(shape);
}

/// One tensor after another of a network that grows from base_channel `from` to `to`.
class Widening
{
public:
    Widening(std::int64_t from, std::int64_t to)
        : m_from(from)
        , m_to(to)
    {
    }

    at::Tensor widened(const std::string& key, const at::Tensor& small) const
    {
        // What works on tokens, pixels or classes; `head` is never run.
        if (small.dim() == 0 || contains(key, ".CTBN3.") || contains(key, "bottleneck") || contains(key, ".head.")
            || key == "outc.bias")
            return small;
        if (contains(key, "position_embeddings"))
            return copied(small, 2, channels(small.size(2)));
        if (contains(key, ".attn."))
            return attention(key, small);
        const std::int64_t writtenAlong = key.ends_with(".up.weight") ? 1 : 0; // A transposed convolution.
        const auto written = key == "outc.weight" ? Sources() : writtenBy(key, small.size(writtenAlong));
        const auto large = written.defined() ? copied(small, writtenAlong, written) : small;
        return small.dim() == 1 ? large : shared(large, 1 - writtenAlong, readBy(key, small.size(1 - writtenAlong)));
    }

private:
    /// Of a plain list of channels: all of them, then the first ones again.
    Sources channels(std::int64_t count) const { return at::arange(count * m_to / m_from, at::kLong).remainder(count); }

    /// Of the tokens that DownViT hands on, and UpViT works with: half of them this level's, the others the level
    /// before's, and so on.
    Sources handedOn(std::int64_t count) const
    {
        return count <= m_from ? channels(count) : joined(channels(count / 2), handedOn(count / 2));
    }

    static Sources joined(const Sources& first, const Sources& second)
    {
        return at::cat({first, second + first.max() + 1});
    }

    /// Of channels that are cut into attention heads: each head grows by itself.
    Sources headChannels(std::int64_t count) const
    {
        const auto each = count / kAttentionHeads;
        return (at::arange(kAttentionHeads, at::kLong).unsqueeze(1) * each + channels(each).unsqueeze(0)).flatten();
    }

    /// Of what a block of this transformer adds to.
    Sources residual(std::string_view key, std::int64_t count) const
    {
        return key.starts_with("upVit") ? handedOn(count) : channels(count);
    }

    Sources writtenBy(std::string_view key, std::int64_t count) const
    {
        const bool inResidual = contains(key, ".norm1.") || contains(key, ".norm2.") || contains(key, "mlp.fc2")
            || contains(key, ".CTBN2.");
        return inResidual ? residual(key, count) : channels(count);
    }

    Sources readBy(std::string_view key, std::int64_t count) const
    {
        if (key == "inc.conv.weight" || key == "text_module4.weight")
            return {}; // The picture's channels; the word vectors.
        if (contains(key, "mlp.fc1"))
            return residual(key, count);
        if (contains(key, ".CTBN2.") || key.starts_with("reconstruct"))
            return handedOn(count);
        if (key.starts_with("up") && contains(key, "nConvs.0.conv."))
            return joined(channels(count / 2), channels(count / 2)); // The skip connection, and what comes from below.
        return channels(count);
    }

    at::Tensor attention(std::string_view key, const at::Tensor& small) const
    {
        const auto count = small.size(0) / (contains(key, ".qkv.") ? 3 : 1);
        const auto heads = headChannels(count);
        if (!contains(key, ".qkv.")) {
            const auto large = copied(small, 0, residual(key, count));
            return small.dim() == 1 ? large : shared(large, 1, heads);
        }
        auto parts = small.chunk(3, 0);
        // q * k counts the copies, and is divided by the root of the head's size.
        const auto scale = std::sqrt(double(m_to) / double(m_from)) / copiesOf(heads);
        const auto large = at::cat({copied(parts[0], 0, heads) * alongDimension(scale, 0, small.dim()),
            copied(parts[1], 0, heads), copied(parts[2], 0, heads)});
        return small.dim() == 1 ? large : shared(large, 1, residual(key, count));
    }

    static at::Tensor copied(const at::Tensor& tensor, std::int64_t dimension, const Sources& sources)
    {
        return tensor.index_select(dimension, sources);
    }

    /// Weights of channels that are read: copies share the weight of their source.
    static at::Tensor shared(const at::Tensor& tensor, std::int64_t dimension, const Sources& sources)
    {
        return sources.defined()
            ? copied(tensor, dimension, sources) / alongDimension(copiesOf(sources), dimension, tensor.dim())
            : tensor;
    }

    std::int64_t m_from;
    std::int64_t m_to;
};

} // namespace

int widthOf(const weights::StateDict& weights)
{
    const auto first = weights.find("inc.conv.weight");
    return first != weights.end() && first->second.dim() == 4 ? int(first->second.size(0)) : 0;
}

weights::StateDict widenLViT(const weights::StateDict& weights, int width, double noise)
{
    const int from = widthOf(weights);
    if (from <= 0 || from >= width)
        throw imaging::Error(imaging::ErrorKind::Model,
            "Weights of width " + std::to_string(from) + " cannot be widened to " + std::to_string(width) + ".");
    const torch::NoGradGuard noGradients;
    const Widening widening(from, width);
    weights::StateDict result;
    for (const auto& [key, tensor] : weights) {
        if (!tensor.is_floating_point()) {
            result[key] = tensor;
            continue;
        }
        try {
            auto large = widening.widened(key, tensor.to(at::kDouble));
            if (large.dim() > 1 && large.sizes() != tensor.sizes())
                large = large + noise * large.std() * at::randn_like(large);
            result[key] = large.to(at::kFloat);
        } catch (const c10::Error&) {
            throw imaging::Error(imaging::ErrorKind::Model, "The tensor '" + key + "' has not the shape of an LViT's.");
        }
    }
    return result;
}

} // namespace models::lvit
