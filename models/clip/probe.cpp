#include "models/clip/probe.h"

#include "imaging/error.h"
#include "models/layers/unit_length.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>

namespace models::clip {

namespace {

using nlohmann::json;

constexpr const char* kProbeKey = "limn_probe";
constexpr const char* kWeight = "probe.weight";
constexpr const char* kBias = "probe.bias";

[[noreturn]] void refuseProbe(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(
        imaging::ErrorKind::Model, "The probe in " + file.string() + " cannot be used: " + reason + ".", file.string());
}

/// What the file says of the probe, but for its tensors.
Probe describedProbe(const std::string& text, const std::filesystem::path& file)
{
    const auto said = json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto value = [&](const char* key) { return said.is_object() ? said.value(key, json()) : json(); };
    const auto classes = value("classes");
    const bool texts = std::all_of(classes.begin(), classes.end(), [](const json& name) { return name.is_string(); });
    if (!classes.is_array() || classes.size() < 2 || !texts || !value("method").is_string()
        || !value("backbone_sha256").is_string())
        refuseProbe(file, "its description is damaged");
    return {{}, {}, classes.get<std::vector<std::string>>(), value("method").get<std::string>(),
        value("backbone_sha256").get<std::string>()};
}

} // namespace

at::Tensor Probe::logits(const at::Tensor& features) const
{
    return torch::linear(layers::unitLength(features), weight.to(features.device()), bias.to(features.device()));
}

std::optional<Probe> readProbe(const std::filesystem::path& path)
{
    const auto file = std::filesystem::is_directory(path) ? path / "prompts.safetensors" : path;
    if (file.extension() != ".safetensors" || !std::filesystem::exists(file))
        return std::nullopt;
    const auto metadata = weights::readSafetensorsMetadata(file);
    const auto description = metadata.find(kProbeKey);
    if (description == metadata.end())
        return std::nullopt;
    auto probe = describedProbe(description->second, file);
    const auto tensors = weights::readSafetensors(file);
    if (tensors.size() != 2 || !tensors.contains(kWeight) || !tensors.contains(kBias))
        refuseProbe(file, "it must hold 'probe.weight' and 'probe.bias' and nothing else");
    probe.weight = tensors.at(kWeight).to(torch::kFloat);
    probe.bias = tensors.at(kBias).to(torch::kFloat);
    const auto classes = static_cast<std::int64_t>(probe.classes.size());
    if (probe.weight.dim() != 2 || probe.weight.size(0) != classes || !probe.bias.sizes().equals({classes}))
        refuseProbe(file, "its tensors are not those of its " + std::to_string(classes) + " classes");
    if (!probe.weight.isfinite().all().item<bool>() || !probe.bias.isfinite().all().item<bool>())
        refuseProbe(file, "there are values in it that are no numbers");
    return probe;
}

void writeProbe(const std::filesystem::path& file, const Probe& probe)
{
    const json description{{"method", probe.method}, {"classes", probe.classes},
        {"backbone_sha256", probe.backboneSha256}, {"precision", "float32"}};
    weights::writeSafetensors(file, {{kWeight, probe.weight}, {kBias, probe.bias}},
        {{kProbeKey, description.dump(-1, ' ', false, json::error_handler_t::replace)}});
}

} // namespace models::clip
