#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace app {

/// What a model's card says about the pictures it was made for: the lines between two "---" at the head of README.md in
/// its folder, as Hugging Face writes them.
struct ModelCard
{
    std::string domain; ///< `domain`, or the tags that name one ("medical", "radiology", ...); empty: not said.
    std::vector<std::string> data; ///< `datasets`.
    std::string licence; ///< `license_name`, or `license`; empty: not said.
};

/// Of a folder, or of the folder that a file lies in. A card that is missing or cannot be understood says nothing.
ModelCard readModelCard(const std::filesystem::path& model);

} // namespace app
