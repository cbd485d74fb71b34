#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace models::layers {

/// What attention looks at: [rows, heads, tokens, width / heads] each.
struct KeysValues
{
    at::Tensor keys;
    at::Tensor values;

    /// These and then the others.
    KeysValues followedBy(const KeysValues& later) const;
};

/// What a layer keeps of tokens that it has seen, so that later ones are computed alone.
struct LayerCache
{
    KeysValues tokens;
    KeysValues source; ///< Of what cross-attention looks at
};

/// What a network that writes keeps of the tokens it was shown, layer by layer.
class AttentionCache
{
public:
    explicit AttentionCache(std::int64_t layers)
        : m_layers(static_cast<std::size_t>(layers))
    {
    }

    /// Tokens that were shown.
    std::int64_t tokens() const;

    /// Row i goes on from what row `rows`[i] was; what cross-attention looks at stays as it is.
    void reorder(const at::Tensor& rows);

    LayerCache& layer(std::size_t index) { return m_layers[index]; }

private:
    std::vector<LayerCache> m_layers;
};

struct AttendOptions
{
    double dropout = 0;
    std::optional<double> scale = {}; ///< Of the scores; without: 1 / sqrt(width of a head)
};

/// [R, n, heads * width] -> [R, heads, n, width]
at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads);

/// Queries [R, heads, n, width] look at `seen`, whose rows may be fewer: then each belongs to as many rows of queries in
/// turn, and is read once for all of them. Its heads may be fewer, too: then each belongs to as many heads in turn.
/// `bias` is added to the scores before softmax, undefined: 0. -> [R, n, heads * width]
at::Tensor attend(
    at::Tensor queries, const KeysValues& seen, const at::Tensor& bias, const AttendOptions& options = {});

/// What is added to the scores of the last `tokens` of all tokens: 0 where a token is seen, else the lowest number of
/// the type of `like`. `mask` [B, all], 1 = token, 0 = padding, undefined: no padding; `causal`: a token sees itself and
/// those before it. -> [B or 1, 1, tokens or 1, all]; undefined where everything is seen.
at::Tensor sightBias(const at::Tensor& mask, std::int64_t tokens, std::int64_t all, bool causal, const at::Tensor& like);

} // namespace models::layers
