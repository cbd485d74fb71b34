#pragma once

#include "imaging/laterality.h"

#include <filesystem>
#include <optional>

namespace models {

/// Whose sides "left" and "right" mean in the texts of a model that compares or writes: "texts_mean_sides_of" of its
/// config.json, "patient" or "picture" (of the picture as it is usually seen). Nothing where it does not say: a file, or
/// a model of others. Throws Error(Model) for another word.
std::optional<imaging::Sides> textSidesOf(const std::filesystem::path& model);

} // namespace models
