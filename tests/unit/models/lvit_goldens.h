#pragma once

#include "fill_rule.h"

#include "models/lvit/lvit.h"
#include "models/weights/safetensors.h"

#include <QtTest>

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// The golden numbers of LViT: LIMN_GOLDENS (or ../shared/goldens), else the small copy in tests/data.
namespace goldens {

/// Path of a file of the goldens; empty when neither place has it.
inline std::filesystem::path find(const std::string& name)
{
    const char* given = std::getenv("LIMN_GOLDENS");
    for (const auto& folder : {std::filesystem::path(given && *given ? given : "../shared/goldens") / "lvit",
             std::filesystem::path("tests/data/lvit")})
        if (std::filesystem::exists(folder / name))
            return folder / name;
    return {};
}

inline nlohmann::json readJson(const std::string& name)
{
    std::ifstream stream(find(name));
    return nlohmann::json::parse(stream);
}

/// A named tensor of the network as keys.json lists it.
struct Entry
{
    std::string name;
    std::vector<std::int64_t> shape;
    bool parameter = true;
};

inline std::vector<Entry> entries()
{
    std::vector<Entry> result;
    const auto keys = readJson("keys.json");
    for (const auto& item : keys.at("state_dict"))
        result.push_back(
            {item[0].get<std::string>(), item[1].get<std::vector<std::int64_t>>(), item[3] == "parameter"});
    return result;
}

/// Every tensor of keys.json by the fill rule.
inline models::StateDict weights(std::uint64_t seed)
{
    models::StateDict result;
    for (const auto& entry : entries())
        result[entry.name] = fill::weight(entry.name, seed, entry.shape);
    return result;
}

/// Element k*(N-1)/(count-1) of the flat tensor for k = 0..count-1; all elements when there are no more than `count`.
inline std::vector<std::int64_t> sampleIndices(std::int64_t elements, std::int64_t count)
{
    std::vector<std::int64_t> indices;
    for (std::int64_t k = 0; k < std::min(elements, count); ++k)
        indices.push_back(elements <= count ? k : k * (elements - 1) / (count - 1));
    return indices;
}

inline double maxDifference(const torch::Tensor& a, const torch::Tensor& b)
{
    if (a.sizes() != b.sizes())
        return INFINITY;
    return (a.detach().to(torch::kDouble) - b.detach().to(torch::kDouble)).abs().max().item<double>();
}

/// Largest difference between a tensor's sampled elements and the recorded ones.
inline double sampleDifference(const torch::Tensor& tensor, const nlohmann::json& samples, std::int64_t count)
{
    const auto flat = tensor.detach().to(torch::kDouble).contiguous().flatten();
    const auto indices = sampleIndices(flat.numel(), count);
    if (indices.size() != samples.size())
        return INFINITY;
    double worst = 0;
    for (std::size_t k = 0; k < indices.size(); ++k)
        worst = std::max(worst, std::abs(flat[indices[k]].item<double>() - samples[k].get<double>()));
    return worst;
}

} // namespace goldens
