#pragma once

#include "imaging/slice.h"

#include <filesystem>

namespace models {

/// The package that draws masks on a picture where the user names none: of all that fit it (misfits), the one that
/// cares for most of what the picture tells of itself (modality, body part, view). Of equal ones, and where none fits
/// or the picture tells nothing, the default one, findPackage(""). Throws Error(NotFound) as that.
std::filesystem::path findPackageFor(const imaging::Slice& slice);

} // namespace models
