#pragma once

#include "models/data/pictures.h"

#include <filesystem>

namespace models::data {

/// Whether the file is a PNG or a JPEG, by how it begins.
bool isPicture(const std::filesystem::path& file);

/// A PNG or JPEG as grey, as it would be opened to be segmented: colour becomes luminance, grey of 16 bits is windowed
/// by its percentiles, transparency lies on black. Throws as imaging::readPictureFile.
GreyPicture readGreyPicture(const std::filesystem::path& file);

/// The same in colour; a picture all of whose pixels are grey has one channel.
Picture readColourPicture(const std::filesystem::path& file);

/// A mask of one class, 1 inside: masks come as 0 and 1, as 0 and 255 or as 0 and 65535, of 8 or 16 bits, so what is at
/// least half of the brightest value is inside. Throws as imaging::readPictureFile.
GreyPicture readMaskPicture(const std::filesystem::path& file);

/// A mask of several classes: the values themselves of a grey or palette PNG, at most 255. Throws as
/// imaging::readPictureFile for labels, and Error(InvalidInput) for larger values.
GreyPicture readLabelPicture(const std::filesystem::path& file);

} // namespace models::data
