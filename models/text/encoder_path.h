#pragma once

#include "models/package/package.h"

#include <filesystem>
#include <string>

namespace models::text {

/// Folder of the text encoder that a package names: beside the package first, then in the search path of packages.
/// Throws Error(NotFound) naming both.
std::filesystem::path findTextEncoder(const PackageInfo& package);

/// What a package written to `output` should call the encoder `textEncoder` (a name or folder): its name alone when
/// findTextEncoder leads from that to the same folder, else its absolute path.
std::string textEncoderReference(const std::string& textEncoder, const std::filesystem::path& output);

} // namespace models::text
