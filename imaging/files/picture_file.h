#pragma once

#include "imaging/volume.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

/// PNG and JPEG files: what the readers of volumes (image_file.h) and of training folders share.
namespace imaging {

enum class PictureFormat { None, Png, Jpeg };

/// By the first bytes of the file, whatever its name; None also when it cannot be opened or is no regular file.
PictureFormat pictureFormatOf(const std::filesystem::path& file);

/// What the pixels of a file stand for.
enum class PictureValues {
    Brightness, ///< Palettes are looked up, grey of fewer bits than 8 is spread over them.
    Labels, ///< The values as they are stored: grey levels, indices of a palette.
};

/// The pixels of a file, row by row.
struct PictureFile
{
    int columns = 0;
    int rows = 0;
    int components = 1; ///< 1, or 3: red, green and blue of each pixel.
    int bits = 8; ///< 8 or 16, this machine's byte order.
    std::vector<std::byte> pixels;
    bool transparent = false; ///< Some pixels were: they lie on black.
    bool turned = false; ///< The file asks for being shown turned or mirrored (Exif orientation), which it is not here.

    /// One value, 8 or 16 bits wide; `index` counts values, not pixels.
    std::uint16_t value(std::size_t index) const;
};

/// Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is neither PNG nor JPEG, damaged or
/// claims more pixels than its bytes can hold; as Labels also for colour and for JPEG, which does not keep values.
PictureFile readPictureFile(const std::filesystem::path& file, PictureValues values = PictureValues::Brightness);

/// As one slice without a place in the patient; colour of 16 bits keeps the upper ones. Grey of 16 bits has no window
/// of its own: such files hold 10, 12 or 16 bits, and slices of them are windowed by their percentiles.
std::shared_ptr<const Volume> volumeOf(PictureFile picture);

} // namespace imaging
