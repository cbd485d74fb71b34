#pragma once

#include "models/package/package.h"

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace models {

/// What was learnt for a CLIP says of itself.
struct LearntBlock
{
    std::string method; ///< "coop", "text-probe", ...
    std::vector<std::string> classes; ///< Names it was learnt with.
    std::string backboneSha256; ///< Of the weights of the CLIP it belongs to; empty: not said.
};

/// A model of any kind: what all say of themselves, and what those of its kind do.
struct ListedModel : PackageHead
{
    std::optional<SegmenterBlock> segmenter; ///< Of "lvit".
    std::optional<LearntBlock> learnt; ///< Of "clip-prompts" and "clip-probe", which a CLIP is needed for.
};

/// Reads it without its weights and their digest (models/package/model_folders.h). The kind is config.json's model_type
/// ("lvit", or Hugging Face's "clip", "siglip", "blip", "blip-2", "instructblip", "bert", "opt", "t5", "llama"), "clip" for a
/// folder of open_clip; what has no name of its own has its folder's. Nothing for a folder of another kind. Throws Error(Model) for a damaged
/// one.
std::optional<ListedModel> readModel(const std::filesystem::path& folder);

/// Every model in the search path; a broken one is left out and logged. One hides those of the same folder name further
/// down the path, as in findPackage.
std::vector<ListedModel> listModels();

/// The kinds (model_type) that classify pictures by words, write about them, and compare texts with them.
inline constexpr std::array<std::string_view, 2> kClassifiers{"clip", "siglip"};
inline constexpr std::array<std::string_view, 3> kWriters{"blip", "blip-2", "instructblip"};
inline constexpr std::array<std::string_view, 2> kMatchers{"blip", "blip-2"};

/// The kinds of language models, with which a BLIP-2 writes: they see no pictures.
inline constexpr std::array<std::string_view, 3> kLanguageModels{"opt", "t5", "llama"};
/// Whether it is one of these.
bool isLanguageModel(std::string_view modelType);

/// The first model of one of these kinds in the search path; empty: there is none.
std::filesystem::path firstModelOf(std::span<const std::string_view> kinds);

/// A path that exists is taken as it is; otherwise the name is looked up in the search path; an empty name gives
/// firstModelOf(kinds). Throws Error(NotFound) with the folders that were searched.
std::filesystem::path findModel(const std::string& nameOrPath, std::span<const std::string_view> kinds);

} // namespace models
