#pragma once

#include "models/clip/network.h"

#include <string>

namespace models::clip {

/// SHA-256 of a CLIP's weights: of each tensor by its name the shape and the numbers in float32, little-endian. The
/// same for a model in either layout and in whatever file it lies.
std::string backboneSha256(const Clip& clip);

/// Throws Error(Model) where what was learnt for a CLIP with this digest, and lies in `name`, is used with another; an
/// empty digest fits all.
void requireBackbone(const Clip& clip, const std::string& sha256, const std::string& name);

} // namespace models::clip
