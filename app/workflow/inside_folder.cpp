#include "app/workflow/inside_folder.h"

namespace app {

bool staysInside(const std::string& path)
{
    const auto normal = std::filesystem::path(path).lexically_normal();
    return !normal.empty() && !normal.is_absolute() && *normal.begin() != "..";
}

} // namespace app
