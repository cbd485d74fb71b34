#pragma once

#include "annotations/seg/seg_object.h"

#include <string>

namespace annotations {

/// Equal for frames that lie on the same plane.
std::string planeKey(const SegFrame& frame);

} // namespace annotations
