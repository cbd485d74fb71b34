#pragma once

#include "models/package/package.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// The golden numbers of texts: LIMN_GOLDENS (or ../shared/goldens), else the small copy in tests/data.
namespace vlm_goldens {

/// Path of a file below the folder `vlm`; empty when neither place has it.
inline std::filesystem::path find(const std::string& name)
{
    const char* given = std::getenv("LIMN_GOLDENS");
    for (const std::filesystem::path folder : {given && *given ? given : "../shared/goldens", "tests/data"})
        if (std::filesystem::exists(folder / "vlm" / name))
            return folder / "vlm" / name;
    return {};
}

inline nlohmann::json readJson(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
}

/// Folder of the default text encoder; empty when it is not installed.
inline std::filesystem::path minilm()
{
    for (const auto& folder : models::packageSearchPath())
        if (std::filesystem::exists(folder / "all-MiniLM-L6-v2" / "config.json"))
            return folder / "all-MiniLM-L6-v2";
    return {};
}

} // namespace vlm_goldens
