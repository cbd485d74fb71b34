#pragma once

#include "tests/unit/models/fill_rule.h"

#include "models/lvit/lvit.h"
#include "models/weights/safetensors.h"

#include <QtTest>

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// The golden numbers of LViT: those of LIMN_GOLDENS (or ../shared/goldens), else the small copy in tests/data. Seeds,
/// sizes, counts and measured errors come from the files, so any set of the same layout can be run.
namespace goldens {

/// One folder for all files: numbers of two sets must not be mixed.
inline std::filesystem::path folder()
{
    const char* given = std::getenv("LIMN_GOLDENS");
    const auto wanted = std::filesystem::path(given && *given ? given : "../shared/goldens") / "lvit";
    if (std::filesystem::exists(wanted / "keys.json"))
        return wanted;
    qInfo("no goldens in '%s': the small copy in tests/data is used", wanted.c_str());
    return "tests/data/lvit";
}

/// Path of a file of the goldens; empty when the set lacks it.
inline std::filesystem::path find(const std::string& name)
{
    static const auto chosen = folder();
    return std::filesystem::exists(chosen / name) ? chosen / name : std::filesystem::path();
}

/// Null when the set lacks the file.
inline nlohmann::json readJson(const std::string& name)
{
    std::ifstream stream(find(name));
    return nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
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
inline models::weights::StateDict weights(std::uint64_t seed)
{
    models::weights::StateDict result;
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

/// |ours / expected - 1|; 0 where both are 0, as for the gradients of a ReLU that never fires.
inline double relativeDifference(double ours, double expected)
{
    if (ours == expected)
        return 0;
    return expected == 0 ? INFINITY : std::abs(ours / expected - 1);
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
