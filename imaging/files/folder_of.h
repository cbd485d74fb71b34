#pragma once

#include <filesystem>

namespace imaging {

/// The folder that a file lies in as its path is written: "." for a name alone, which has no parent path.
inline std::filesystem::path folderOf(const std::filesystem::path& file)
{
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

} // namespace imaging
