#include "models/training/png_reader.h"

#include "imaging/error.h"

#include <png.h>

#include <fstream>
#include <string>

namespace models {

namespace {

constexpr std::uint64_t kMostPixels = 100'000'000;

/// Frees what libpng keeps however the reading ends.
struct PngImage
{
    png_image image{};

    PngImage() { image.version = PNG_IMAGE_VERSION; }
    ~PngImage() { png_image_free(&image); }
    PngImage(const PngImage&) = delete;
    PngImage& operator=(const PngImage&) = delete;
};

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "The picture '" + file.string() + "' cannot be read: " + reason + ".", file.string());
}

} // namespace

bool isPng(const std::filesystem::path& file)
{
    constexpr std::size_t kSignatureBytes = 8;
    png_byte start[kSignatureBytes] = {};
    std::ifstream stream(file, std::ios::binary);
    return stream.read(reinterpret_cast<char*>(start), sizeof start) && png_sig_cmp(start, 0, kSignatureBytes) == 0;
}

GreyPicture readGreyPng(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no picture '" + file.string() + "'.", file.string());
    PngImage png;
    if (!png_image_begin_read_from_file(&png.image, file.c_str()))
        refuse(file, png.image.message);
    if (std::uint64_t(png.image.width) * png.image.height > kMostPixels)
        refuse(file, "it has more than 100 megapixels");
    png.image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB; // Deep pictures hold brightness as 8-bit ones do, not linear light.
    png.image.format = PNG_FORMAT_GRAY;
    GreyPicture picture;
    picture.columns = static_cast<int>(png.image.width);
    picture.rows = static_cast<int>(png.image.height);
    picture.values.resize(std::size_t(picture.columns) * picture.rows);
    const png_color black{0, 0, 0};
    if (!png_image_finish_read(&png.image, &black, picture.values.data(), 0, nullptr))
        refuse(file, png.image.message);
    return picture;
}

} // namespace models
