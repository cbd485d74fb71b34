#pragma once

#include "models/facade/segmenter.h"

#include <filesystem>
#include <memory>
#include <string>

namespace models::lvit {

/// Opens an LViT package: config.json, model.safetensors (strictly), and its text encoder, looked for beside the
/// package first. `device`: "auto", "cpu", "cuda" or "cuda:N". Throws Error(Model) with the full list of tensors that
/// do not fit, Error(NotFound) when the package, its encoder or the device is not there.
std::unique_ptr<Segmenter> openLViTSegmenter(
    const std::filesystem::path& package, const std::string& device, Arithmetic arithmetic = Arithmetic::Fast);

/// Opens the package on the processor and runs it once on a made picture. Throws like openLViTSegmenter. Returns a line
/// for the user.
std::string verifyLViTPackage(const std::filesystem::path& package);

} // namespace models::lvit
