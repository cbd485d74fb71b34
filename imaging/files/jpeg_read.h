#pragma once

#include "imaging/files/picture_file.h"

#include <string>

namespace imaging::detail {

/// Decodes a JPEG file (baseline or progressive, 8 bits, grey or colour) with libjpeg. Throws std::runtime_error with
/// the reason, also for a file that ends too early, which libjpeg would fill with grey.
PictureFile decodeJpeg(const std::string& content);

} // namespace imaging::detail
