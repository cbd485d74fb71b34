#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace models::clip {

/// A linear layer over pictures' vectors of length one: it knows its classes and no others.
struct Probe
{
    at::Tensor weight; ///< [classes, embedDim], float32
    at::Tensor bias; ///< [classes]
    std::vector<std::string> classes;
    std::string method; ///< "probe" or "text-probe"
    std::string backboneSha256; ///< Of the CLIP it belongs to (backbone.h).

    /// Pictures' vectors [B, embedDim] -> [B, classes].
    at::Tensor logits(const at::Tensor& features) const;
};

/// The probe in a file, or in prompts.safetensors of a folder; nothing where there are prompts, or nothing at all.
/// Throws Error(Model) for a probe that is damaged.
std::optional<Probe> readProbe(const std::filesystem::path& path);

/// Throws like weights::writeSafetensors.
void writeProbe(const std::filesystem::path& file, const Probe& probe);

} // namespace models::clip
