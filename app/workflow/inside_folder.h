#pragma once

#include <filesystem>
#include <string>

namespace app {

/// Whether a relative path of a table stays in the folder of the table as it is written; links are not followed.
bool staysInside(const std::string& path);

} // namespace app
