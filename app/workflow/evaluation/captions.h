#pragma once

#include "imaging/laterality.h"
#include "models/facade/reporter.h"

#include <filesystem>
#include <functional>
#include <string>

namespace app {

/// For EvaluateRequest::captionOf: what a reporter writes about the pictures of a data folder, the likeliest word after
/// the other, going on from `prompt`. The reporter must outlive it. The function throws as sliceOfPicture and
/// writeInSides, and Error(WrongUse) for a tile, of which no report tells.
std::function<std::string(const std::string& image, imaging::Sides whose)> captionsBy(
    models::Reporter& reporter, const std::filesystem::path& folder, const std::string& prompt);

} // namespace app
