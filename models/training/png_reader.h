#pragma once

#include "models/lvit_training.h"

#include <filesystem>

namespace models {

/// Whether the file begins as every PNG does.
bool isPng(const std::filesystem::path& file);

/// Any PNG (grey, palette, colour, 1 to 16 bits) as grey. Colour becomes luminance, transparency lies on black.
/// Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is no PNG, broken or above 100
/// megapixels.
GreyPicture readGreyPng(const std::filesystem::path& file);

} // namespace models
