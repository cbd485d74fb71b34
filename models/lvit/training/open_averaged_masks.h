#pragma once

#include "models/facade/averaged_masks.h"

#include <filesystem>
#include <memory>

namespace models::lvit {

/// What a finished or stopped training left in its output folder; null when it averaged no masks. Throws Error(Model)
/// when its files do not belong together.
std::unique_ptr<AveragedMasks> openAveragedMasks(const std::filesystem::path& output);

} // namespace models::lvit
