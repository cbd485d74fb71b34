#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace models {

/// A package of the mean of several packages' weights: often better than each of them when they come from one another,
/// as the ends of several cycles of one training do (Wortsman et al., "Model soups", ICML 2022).
struct PackageAverage
{
    std::vector<std::filesystem::path> packages; ///< Two or more LViT packages of the same settings.
    std::filesystem::path output; ///< Folder of the new package.
    std::string name{}; ///< Empty: that of the folder.
    std::string version = "1";
    std::optional<double> threshold{}; ///< 0..1; nothing: the first package's.
    bool mirror = false; ///< The new package answers with the mirror image, too.
};

} // namespace models
