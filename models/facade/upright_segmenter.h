#pragma once

#include "models/facade/segmenter.h"

#include <memory>

namespace models {

/// A segmenter that sees every picture as its package learnt it (turnFor): turned before it is prepared; what comes out
/// is turned back and lies on the slice as it is stored.
std::unique_ptr<Segmenter> uprightSegmenter(std::unique_ptr<Segmenter> segmenter);

} // namespace models
