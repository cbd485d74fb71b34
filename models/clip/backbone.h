#pragma once

#include "models/clip/network.h"

#include <string>

namespace models::clip {

/// SHA-256 of a CLIP's weights: of each tensor by its name the shape and the numbers in float32, little-endian. The
/// same for a model in either layout and in whatever file it lies.
std::string backboneSha256(const Clip& clip);

/// Throws Error(Model) where what was learnt for a CLIP with the digest `wanted`, and lies in `name`, is used with one
/// that has another, `own`; an empty digest fits all.
void requireBackbone(const std::string& own, const std::string& wanted, const std::string& name);

} // namespace models::clip
