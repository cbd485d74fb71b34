#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace models::blip2 {

/// Where the parts of a BLIP-2 or InstructBLIP lie. A Hugging Face folder holds all of them. A file of LAVIS holds only
/// what was trained: the folder around it has a config.json that names it and the others, by paths from the folder:
///
///     {"model_type": "blip-2", "weights": "blip2_pretrained_opt2.7b.pth", "vision_weights": "eva_vit_g.pth",
///      "language_model": "../opt-2.7b"}
struct Places
{
    std::filesystem::path folder;
    std::filesystem::path weights; ///< The folder itself, or what "weights" names.
    std::filesystem::path vision; ///< EVA's picture tower; empty: among the weights.
    std::filesystem::path language; ///< The language model's own Hugging Face folder; empty: among the weights.
    bool lavis = false; ///< Any of them is named.
};

/// What `folder`/config.json says. Throws Error(NotFound) without it or where what it names is not there, Error(Model)
/// where it names something else than a path.
Places placesOf(const std::filesystem::path& folder);

/// Where the language model's settings and tokenizer lie.
std::filesystem::path languageFolder(const Places& places);

/// The language model's settings: text_config, or its own config.json with the activation of LAVIS' T5 ("gelu", with
/// the error function, whatever the file says). Throws like readConfigJson.
nlohmann::json languageDocument(const Places& places);

/// The file that they come from.
std::filesystem::path languageConfig(const Places& places);

} // namespace models::blip2
