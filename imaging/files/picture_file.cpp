#include "imaging/files/picture_file.h"

#include "imaging/error.h"
#include "imaging/files/jpeg_read.h"
#include "imaging/files/png_read.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace imaging {

namespace {

constexpr std::string_view kPngStart("\x89PNG\r\n\x1A\n", 8);
constexpr std::string_view kJpegStart("\xFF\xD8\xFF", 3); // ISO/IEC 10918-1 B.1.1.3: SOI and the next marker

/// Colour volumes have 8 bits.
void keepUpperBytes(PictureFile& picture)
{
    for (std::size_t i = 0; i < picture.pixels.size() / 2; ++i)
        picture.pixels[i] = static_cast<std::byte>(picture.value(i) >> 8);
    picture.pixels.resize(picture.pixels.size() / 2);
    picture.bits = 8;
}

PictureFormat formatOfBytes(std::string_view content)
{
    if (content.starts_with(kPngStart))
        return PictureFormat::Png;
    return content.starts_with(kJpegStart) ? PictureFormat::Jpeg : PictureFormat::None;
}

PictureFile decode(const std::string& content, PictureValues values)
{
    switch (formatOfBytes(content)) {
    case PictureFormat::Png:
        return detail::decodePng(content, values);
    case PictureFormat::Jpeg:
        if (values == PictureValues::Labels)
            throw std::runtime_error("JPEG does not keep the values of a mask; save the mask as PNG");
        return detail::decodeJpeg(content);
    case PictureFormat::None:
        break;
    }
    throw std::runtime_error(content.empty() ? "it is empty" : "it is neither PNG nor JPEG");
}

} // namespace

std::uint16_t PictureFile::value(std::size_t index) const
{
    if (bits == 8)
        return std::to_integer<std::uint16_t>(pixels[index]);
    std::uint16_t wide = 0;
    std::memcpy(&wide, &pixels[2 * index], sizeof wide);
    return wide;
}

PictureFormat pictureFormatOf(const std::filesystem::path& file)
{
    char start[8] = {};
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        return PictureFormat::None; // Opening a named pipe waits for its other end.
    std::ifstream stream(file, std::ios::binary);
    stream.read(start, sizeof start);
    return formatOfBytes({start, static_cast<std::size_t>(stream.gcount())});
}

PictureFile readPictureFile(const std::filesystem::path& file, PictureValues values)
{
    std::error_code problem;
    if (std::filesystem::exists(file, problem) && !std::filesystem::is_regular_file(file, problem))
        throw Error(ErrorKind::InvalidInput, "The picture '" + file.string() + "' cannot be read: it is not a file.",
            file.string());
    if (!std::filesystem::is_regular_file(file, problem))
        throw Error(ErrorKind::NotFound, "There is no picture '" + file.string() + "'.", file.string());
    std::ifstream stream(file, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    try {
        return decode(content, values);
    } catch (const std::runtime_error& error) {
        throw Error(ErrorKind::InvalidInput,
            "The picture '" + file.string() + "' cannot be read: " + error.what() + ".", file.string());
    }
}

std::shared_ptr<const Volume> volumeOf(PictureFile picture)
{
    if (picture.components == 3 && picture.bits == 16)
        keepUpperBytes(picture);
    VoxelGrid grid;
    grid.columns = picture.columns;
    grid.rows = picture.rows;
    grid.slices = 1;
    VolumeInfo info;
    info.axesKnown = false;
    if (picture.bits == 8)
        info.window = WindowLevel{127.5, 255};
    const auto type = picture.bits == 8 ? VoxelType::UInt8 : VoxelType::UInt16;
    return std::make_shared<const Volume>(grid, type, picture.components, std::move(picture.pixels), std::move(info));
}

} // namespace imaging
