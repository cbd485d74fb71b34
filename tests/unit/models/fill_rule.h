#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The rule by which the golden numbers' weights and inputs were made (README of the goldens): a tensor follows from a
/// seed and its name alone.
namespace fill {

inline std::uint64_t hashOf(std::string_view key, std::uint64_t seed)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
    for (const char c : key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash ^ seed;
}

inline std::uint64_t mix(std::uint64_t hash, std::uint64_t index)
{
    std::uint64_t z = hash + (index + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/// offset + scale * u, u in 0..1, rounded to float once.
inline torch::Tensor uniform(
    std::string_view key, std::uint64_t seed, at::IntArrayRef shape, double offset, double scale)
{
    const auto hash = hashOf(key, seed);
    auto tensor = torch::empty(shape, torch::kFloat);
    auto* out = tensor.data_ptr<float>();
    const auto count = static_cast<std::uint64_t>(tensor.numel());
    for (std::uint64_t i = 0; i < count; ++i)
        out[i] = static_cast<float>(offset + scale * (static_cast<double>(mix(hash, i) >> 40) / 16777216.0));
    return tensor;
}

/// offset + scale * r, r = 2u - 1.
inline torch::Tensor symmetric(
    std::string_view key, std::uint64_t seed, at::IntArrayRef shape, double offset, double scale)
{
    const auto hash = hashOf(key, seed);
    auto tensor = torch::empty(shape, torch::kFloat);
    auto* out = tensor.data_ptr<float>();
    const auto count = static_cast<std::uint64_t>(tensor.numel());
    for (std::uint64_t i = 0; i < count; ++i) {
        const double r = 2 * (static_cast<double>(mix(hash, i) >> 40) / 16777216.0) - 1;
        out[i] = static_cast<float>(offset + scale * r);
    }
    return tensor;
}

inline torch::Tensor weight(std::string_view key, std::uint64_t seed, at::IntArrayRef shape)
{
    if (key.ends_with("num_batches_tracked"))
        return torch::zeros(shape, torch::kLong);
    if (key.ends_with("running_var"))
        return uniform(key, seed, shape, 1, 0.5);
    if (key.ends_with("running_mean"))
        return symmetric(key, seed, shape, 0, 0.1);
    if (key.ends_with("position_embeddings"))
        return symmetric(key, seed, shape, 0, 0.02);
    if (shape.size() == 1)
        return key.ends_with(".weight") ? symmetric(key, seed, shape, 1, 0.1) : symmetric(key, seed, shape, 0, 0.05);
    double fanIn = 1;
    for (std::size_t i = 1; i < shape.size(); ++i)
        fanIn *= static_cast<double>(shape[i]);
    return symmetric(key, seed, shape, 0, std::sqrt(3 / fanIn));
}

/// The first `batch` pictures; item 0 does not depend on the batch.
inline torch::Tensor image(std::uint64_t seed, std::int64_t batch, std::int64_t channels, std::int64_t size)
{
    return uniform("input.image", seed, {batch, channels, size, size}, 0, 1);
}

inline torch::Tensor text(std::uint64_t seed, std::int64_t batch, std::int64_t tokens, std::int64_t width)
{
    return symmetric("input.text", seed, {batch, tokens, width}, 0, 1);
}

/// One ellipse a picture. -> [B, size, size]
inline torch::Tensor mask(std::uint64_t seed, std::int64_t batch, std::int64_t size)
{
    auto result = torch::zeros({batch, size, size});
    auto out = result.accessor<float, 3>();
    const auto s = static_cast<std::int64_t>(seed % 8);
    for (std::int64_t b = 0; b < batch; ++b) {
        const std::int64_t cx = 70 + s + 80 * b, cy = 112 + 8 * b, rx = 36 - 8 * b, ry = 60 + 12 * b;
        for (std::int64_t y = 0; y < size; ++y)
            for (std::int64_t x = 0; x < size; ++x)
                if ((x - cx) * (x - cx) * ry * ry + (y - cy) * (y - cy) * rx * rx <= rx * rx * ry * ry)
                    out[b][y][x] = 1;
    }
    return result;
}

} // namespace fill
