#pragma once

#include "models/lvit/config.h"
#include "models/lvit/lvit.h"
#include "models/text/text_encoder.h"

#include <filesystem>
#include <memory>

namespace models::lvit {

/// The network of a package with the weights that lie in `folder`, strictly loaded, on the CPU. Throws Error(Model)
/// with the whole list of what does not fit, and before any memory is taken when the settings ask for a network that
/// the weights are far too few for; Error(NotFound) without weights.
LViT loadNetwork(const LViTPackage& package, const std::filesystem::path& folder);

/// The text encoder that a package names, reading words as the package was taught; null for a package that reads no
/// text. Throws Error(NotFound) without the encoder, Error(Model) for one whose vectors have another width.
/// Not the whole check: see requireSameEncoder().
std::unique_ptr<text::TextEncoder> loadEncoder(const LViTPackage& package);

/// Throws Error(Model) when the encoder's digest is not the one that the package names: the vectors of another encoder
/// mean other words, so the network would answer and be wrong. A package may name none. Takes as long as
/// TextEncoder::sha256().
void requireSameEncoder(const text::TextEncoder& encoder, const LViTPackage& package);

} // namespace models::lvit
