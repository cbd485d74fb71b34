#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace app {

/// What a model says about the pictures it was made for: in its card, the lines between two "---" at the head of
/// README.md in its folder, as Hugging Face writes them, or else in config.json, as Limn's own do.
struct ModelCard
{
    /// `domain`, or the tags that name one ("medical", "radiology", ...), or modalities and body parts of config.json;
    /// empty: not said.
    std::string domain;
    std::vector<std::string> data; ///< `datasets`.
    std::string licence; ///< `license_name`, or `license`; empty: not said.
};

/// Of a folder, or of the folder that a file lies in. A card that is missing or cannot be understood says nothing.
ModelCard readModelCard(const std::filesystem::path& model);

} // namespace app
