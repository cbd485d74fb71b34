#include "models/lvit/new_package.h"

#include "imaging/error.h"

namespace models {

void requireNoPackage(const std::filesystem::path& output)
{
    if (std::filesystem::exists(output / "config.json"))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + output.string() + "' already holds a model package: choose another one.", output.string());
}

std::string folderName(const std::filesystem::path& folder)
{
    const auto normal = folder.lexically_normal();
    return (normal.has_filename() ? normal : normal.parent_path()).filename().string();
}

} // namespace models
