#pragma once

#include "models/lvit/config.h"
#include "models/lvit/lvit.h"

#include <filesystem>

namespace models {

/// The network of a package with the weights that lie in `folder`, strictly loaded, on the CPU. Throws Error(Model)
/// with the whole list of what does not fit, and before any memory is taken when the settings ask for a network that
/// the weights are far too few for; Error(NotFound) without weights.
LViT loadNetwork(const LViTPackage& package, const std::filesystem::path& folder);

} // namespace models
