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

/// The same in colour; a picture all of whose pixels are grey has one channel.
Picture readColourPng(const std::filesystem::path& file);

/// The values themselves of a grey or palette PNG (1 to 16 bits), at most 255. Throws as readGreyPng, and
/// Error(InvalidInput) for colour and for larger values.
GreyPicture readLabelPng(const std::filesystem::path& file);

} // namespace models
