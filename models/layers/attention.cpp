#include "models/layers/attention.h"

#include <ATen/ATen.h>

#include <limits>

namespace models::layers {

KeysValues KeysValues::followedBy(const KeysValues& later) const
{
    if (!keys.defined())
        return later;
    return {at::cat({keys, later.keys}, 2), at::cat({values, later.values}, 2)};
}

std::int64_t AttentionCache::tokens() const
{
    return m_layers.empty() || !m_layers.front().tokens.keys.defined() ? 0 : m_layers.front().tokens.keys.size(2);
}

void AttentionCache::reorder(const at::Tensor& rows)
{
    for (auto& layer : m_layers)
        layer.tokens = {layer.tokens.keys.index_select(0, rows), layer.tokens.values.index_select(0, rows)};
}

at::Tensor splitHeads(const at::Tensor& x, std::int64_t heads)
{
    return x.unflatten(-1, {heads, -1}).transpose(1, 2);
}

at::Tensor attend(at::Tensor queries, const KeysValues& seen, const at::Tensor& bias, const AttendOptions& options)
{
    const auto sources = seen.keys.size(0), tokens = queries.size(2), each = queries.size(0) / sources;
    if (each != 1)
        queries = queries.unflatten(0, {sources, each}).transpose(1, 2).flatten(2, 3);
    auto mixed = at::scaled_dot_product_attention(queries, seen.keys, seen.values,
        bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt, options.dropout, /*is_causal=*/false,
        options.scale, /*enable_gqa=*/seen.keys.size(1) != queries.size(1));
    if (each != 1)
        mixed = mixed.unflatten(2, {each, tokens}).transpose(1, 2).flatten(0, 1);
    return mixed.transpose(1, 2).flatten(2);
}

namespace {

double lowestOf(at::ScalarType type)
{
    if (type == at::kHalf)
        return std::numeric_limits<c10::Half>::lowest();
    if (type == at::kBFloat16)
        return std::numeric_limits<c10::BFloat16>::lowest();
    return std::numeric_limits<float>::lowest();
}

} // namespace

at::Tensor sightBias(const at::Tensor& mask, std::int64_t tokens, std::int64_t all, bool causal, const at::Tensor& like)
{
    at::Tensor unseen;
    if (causal && tokens > 1)
        unseen = at::ones({1, 1, tokens, all}, like.options().dtype(at::kBool)).triu(all - tokens + 1);
    if (mask.defined()) {
        const auto padding = mask.eq(0).unsqueeze(1).unsqueeze(1);
        unseen = unseen.defined() ? unseen.logical_or(padding) : padding;
    }
    if (!unseen.defined())
        return {};
    return at::zeros(unseen.sizes(), like.options().requires_grad(false)).masked_fill(unseen, lowestOf(like.scalar_type()));
}

} // namespace models::layers
