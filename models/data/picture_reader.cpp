#include "models/data/picture_reader.h"

#include "imaging/error.h"
#include "imaging/files/picture_file.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace models::data {

namespace {

std::size_t pixelsOf(const imaging::PictureFile& file)
{
    return std::size_t(file.columns) * std::size_t(file.rows);
}

std::vector<std::uint8_t> bytesOf(const imaging::PictureFile& file)
{
    std::vector<std::uint8_t> bytes(file.pixels.size());
    std::transform(file.pixels.begin(), file.pixels.end(), bytes.begin(),
        [](std::byte value) { return std::to_integer<std::uint8_t>(value); });
    return bytes;
}

GreyPicture greyOf(imaging::PictureFile file)
{
    GreyPicture picture{file.columns, file.rows, {}};
    if (file.components == 1 && file.bits == 8) {
        picture.values = bytesOf(file);
        return picture;
    }
    picture.values.reserve(pixelsOf(file));
    for (const float bright : imaging::brightness(imaging::sliceOf(*imaging::volumeOf(std::move(file)), 0)))
        picture.values.push_back(std::uint8_t(std::lround(255 * bright)));
    return picture;
}

bool isGrey(const std::vector<std::uint8_t>& colours)
{
    for (std::size_t pixel = 0; pixel < colours.size(); pixel += 3)
        if (colours[pixel] != colours[pixel + 1] || colours[pixel] != colours[pixel + 2])
            return false;
    return true;
}

} // namespace

bool isPicture(const std::filesystem::path& file)
{
    return imaging::pictureFormatOf(file) != imaging::PictureFormat::None;
}

GreyPicture readGreyPicture(const std::filesystem::path& file)
{
    return greyOf(imaging::readPictureFile(file));
}

Picture readColourPicture(const std::filesystem::path& file)
{
    auto content = imaging::readPictureFile(file);
    if (content.components == 3) {
        const auto volume = imaging::volumeOf(content);
        const auto colours = volume->voxels<std::uint8_t>();
        Picture picture{content.columns, content.rows, {colours.begin(), colours.end()}, 3};
        if (!isGrey(picture.values))
            return picture;
    }
    auto grey = greyOf(std::move(content));
    return {grey.columns, grey.rows, std::move(grey.values)};
}

GreyPicture readMaskPicture(const std::filesystem::path& file)
{
    auto content = imaging::readPictureFile(file);
    std::vector<unsigned> values(pixelsOf(content));
    if (content.components == 3) {
        const auto grey = greyOf(content);
        values.assign(grey.values.begin(), grey.values.end());
    } else {
        for (std::size_t pixel = 0; pixel < values.size(); ++pixel)
            values[pixel] = content.value(pixel);
    }
    const unsigned brightest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    GreyPicture mask{content.columns, content.rows, std::vector<std::uint8_t>(values.size())};
    std::transform(values.begin(), values.end(), mask.values.begin(),
        [brightest](unsigned value) { return std::uint8_t(value > 0 && 2 * value >= brightest); });
    return mask;
}

GreyPicture readLabelPicture(const std::filesystem::path& file)
{
    const auto content = imaging::readPictureFile(file, imaging::PictureValues::Labels);
    GreyPicture mask{content.columns, content.rows, std::vector<std::uint8_t>(pixelsOf(content))};
    for (std::size_t pixel = 0; pixel < mask.values.size(); ++pixel) {
        const auto value = content.value(pixel);
        if (value > 255)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The mask '" + file.string() + "' cannot be read: it holds values above 255, which are no classes.",
                file.string());
        mask.values[pixel] = std::uint8_t(value);
    }
    return mask;
}

} // namespace models::data
