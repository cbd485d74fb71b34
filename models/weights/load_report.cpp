#include "models/weights/load_report.h"

#include "imaging/error.h"
#include "models/weights/finite.h"
#include "models/weights/weight_checks.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <sstream>

namespace models::weights {

namespace {

bool startsWithAny(const std::string& key, const std::vector<std::string>& prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) { return key.starts_with(prefix); });
}

std::string shapeText(const at::Tensor& tensor)
{
    std::ostringstream text;
    text << tensor.sizes();
    return text.str();
}

void list(std::string& text, const char* title, const std::vector<std::string>& keys)
{
    if (keys.empty())
        return;
    text += std::string("\n") + title + " (" + std::to_string(keys.size()) + "):";
    for (const auto& key : keys)
        text += "\n  " + key;
}

} // namespace

namespace detail {

StateDict placesOf(const torch::nn::Module& module)
{
    StateDict places;
    for (const auto& item : module.named_parameters())
        places.emplace(item.key(), item.value());
    for (const auto& item : module.named_buffers())
        places.emplace(item.key(), item.value());
    return places;
}

void requireFit(const torch::nn::Module& module, const StateDict& weights, const std::string& file,
    const LoadOptions& options)
{
    const auto report = compareWeights(module, weights, options);
    if (!report.fits())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The weights in " + file + " do not fit the model that its settings describe: " + report.text(), file);
}

void requireFinite(const std::string& key, const at::Tensor& tensor, const std::string& file)
{
    if (!allFinite(tensor))
        throw imaging::Error(imaging::ErrorKind::Model,
            "The weights in " + file + " are damaged: the tensor '" + key + "' holds values that are no numbers.",
            file);
}

void refuseCopy(const c10::Error& error, const std::string& file)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The weights in " + file + " could not be copied into the model: " + error.what_without_backtrace(), file);
}

} // namespace detail

std::string LoadReport::text() const
{
    if (fits())
        return "All " + std::to_string(matched) + " tensors fit.";
    std::string result = std::to_string(matched) + " tensors fit, " + std::to_string(missing.size()) + " are missing, "
        + std::to_string(unexpected.size()) + " unexpected, " + std::to_string(misshapen.size()) + " of another shape.";
    list(result, "Missing", missing);
    list(result, "Unexpected", unexpected);
    list(result, "Of another shape", misshapen);
    return result;
}

StateDict weightsOf(const torch::nn::Module& module)
{
    auto weights = detail::placesOf(module);
    for (auto& [key, tensor] : weights)
        tensor = tensor.detach();
    return weights;
}

LoadReport compareWeights(const torch::nn::Module& module, const StateDict& weights, const LoadOptions& options)
{
    LoadReport report;
    const auto wanted = weightsOf(module);
    for (const auto& [key, tensor] : wanted) {
        const auto found = weights.find(options.prefix + key);
        if (found == weights.end()) {
            if (!key.ends_with("num_batches_tracked"))
                report.missing.push_back(key);
        } else if (found->second.sizes() != tensor.sizes()) {
            report.misshapen.push_back(key + ": file " + shapeText(found->second) + ", model " + shapeText(tensor));
        } else {
            ++report.matched;
        }
    }
    for (const auto& [fileKey, tensor] : weights) {
        const bool hasPrefix = fileKey.starts_with(options.prefix);
        const auto key = hasPrefix ? fileKey.substr(options.prefix.size()) : fileKey;
        if ((!hasPrefix || !wanted.contains(key)) && !startsWithAny(key, options.ignoredPrefixes))
            report.unexpected.push_back(fileKey);
    }
    return report;
}

void loadWeights(
    torch::nn::Module& module, const StateDict& weights, const std::string& file, const LoadOptions& options)
{
    detail::requireFit(module, weights, file, options);
    const at::NoGradGuard noGrad;
    try {
        for (auto& [key, target] : weightsOf(module)) {
            const auto found = weights.find(options.prefix + key);
            if (found == weights.end())
                continue;
            detail::requireFinite(found->first, found->second, file);
            at::Tensor(target).copy_(found->second);
        }
    } catch (const c10::Error& error) {
        detail::refuseCopy(error, file);
    }
}

} // namespace models::weights
