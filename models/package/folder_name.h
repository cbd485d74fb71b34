#pragma once

#include <filesystem>
#include <string>

namespace models {

/// Name of a folder, also of one given with a slash at its end.
inline std::string folderName(const std::filesystem::path& folder)
{
    const auto normal = folder.lexically_normal();
    return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

} // namespace models
