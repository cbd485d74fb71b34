#pragma once

#include "imaging/files/picture_file.h"

#include <string>

namespace imaging::detail {

/// Decodes a PNG file with libpng: ITK's reader ends the program when a header is damaged. Throws std::runtime_error
/// with libpng's reason, also when the picture claims more pixels than `content` can hold.
PictureFile decodePng(const std::string& content, PictureValues values);

} // namespace imaging::detail
