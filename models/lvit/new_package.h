#pragma once

#include <filesystem>
#include <string>

namespace models {

/// Throws Error(WrongUse) when the folder already holds a model package.
void requireNoPackage(const std::filesystem::path& output);

/// Name of a folder, also of one given with a slash at its end.
std::string folderName(const std::filesystem::path& folder);

} // namespace models
