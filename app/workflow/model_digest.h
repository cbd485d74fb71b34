#pragma once

#include <filesystem>
#include <string>

namespace app {

/// SHA-256 over names and contents of a model's files, for a folder or a lone file: two of the same name that are not
/// the same model differ. Throws Error(NotFound) when it is not there, Error(Io).
std::string digestOfModel(const std::filesystem::path& model);

} // namespace app
