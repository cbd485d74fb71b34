#include "models/training/png_reader.h"

#include "imaging/error.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

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

/// All pixels in `format`, `channels` bytes each.
Picture readAs(const std::filesystem::path& file, png_uint_32 format, int channels)
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
    png.image.format = format;
    Picture picture{static_cast<int>(png.image.width), static_cast<int>(png.image.height), {}, channels};
    picture.values.resize(std::size_t(picture.columns) * picture.rows * channels);
    const png_color black{0, 0, 0};
    if (!png_image_finish_read(&png.image, &black, picture.values.data(), 0, nullptr))
        refuse(file, png.image.message);
    return picture;
}

/// Reads rows of a PNG without changing a value: libpng's simple interface scales grey and looks palettes up.
class LabelPng
{
public:
    explicit LabelPng(const std::filesystem::path& file)
        : m_path(file)
        , m_stream(std::fopen(file.c_str(), "rb"), std::fclose)
        , m_png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {}))
        , m_info(png_create_info_struct(m_png))
    {
        if (!m_stream)
            throw imaging::Error(
                imaging::ErrorKind::NotFound, "There is no picture '" + file.string() + "'.", file.string());
    }

    ~LabelPng() { png_destroy_read_struct(&m_png, &m_info, nullptr); }
    LabelPng(const LabelPng&) = delete;
    LabelPng& operator=(const LabelPng&) = delete;

    GreyPicture read()
    {
        // libpng reports errors by longjmp: nothing with a destructor is made between here and the last call.
        if (setjmp(png_jmpbuf(m_png)) != 0)
            refuse(m_path, m_reason);
        png_init_io(m_png, m_stream.get());
        png_read_info(m_png, m_info);
        checkHeader();
        png_set_packing(m_png);
        const int passes = png_set_interlace_handling(m_png);
        png_read_update_info(m_png, m_info);
        m_rows.resize(png_get_rowbytes(m_png, m_info) * png_get_image_height(m_png, m_info));
        for (int pass = 0; pass < passes; ++pass)
            for (png_uint_32 row = 0; row < png_get_image_height(m_png, m_info); ++row)
                png_read_row(m_png, m_rows.data() + row * png_get_rowbytes(m_png, m_info), nullptr);
        png_read_end(m_png, nullptr);
        return labels();
    }

private:
    [[noreturn]] static void fail(png_structp png, png_const_charp reason)
    {
        auto* self = static_cast<LabelPng*>(png_get_error_ptr(png));
        std::strncpy(self->m_reason, reason, sizeof self->m_reason - 1);
        png_longjmp(png, 1);
    }

    void checkHeader()
    {
        const auto type = png_get_color_type(m_png, m_info);
        if (type != PNG_COLOR_TYPE_GRAY && type != PNG_COLOR_TYPE_PALETTE)
            png_error(m_png, "a mask of several classes must be grey or have a palette");
        if (std::uint64_t(png_get_image_width(m_png, m_info)) * png_get_image_height(m_png, m_info) > kMostPixels)
            png_error(m_png, "it has more than 100 megapixels");
    }

    GreyPicture labels() const
    {
        const auto columns = png_get_image_width(m_png, m_info), rows = png_get_image_height(m_png, m_info);
        GreyPicture result{static_cast<int>(columns), static_cast<int>(rows), m_rows};
        if (png_get_bit_depth(m_png, m_info) < 16)
            return result;
        result.values.resize(m_rows.size() / 2);
        for (std::size_t pixel = 0; pixel < result.values.size(); ++pixel) {
            if (m_rows[2 * pixel] != 0) // The high byte comes first.
                refuse(m_path, "it holds values above 255, which are no classes");
            result.values[pixel] = m_rows[2 * pixel + 1];
        }
        return result;
    }

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> m_stream;
    png_structp m_png;
    png_infop m_info;
    std::vector<std::uint8_t> m_rows; ///< All rows.
    char m_reason[160] = {};
};

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
    auto picture = readAs(file, PNG_FORMAT_GRAY, 1);
    return {picture.columns, picture.rows, std::move(picture.values)};
}

Picture readColourPng(const std::filesystem::path& file)
{
    auto colour = readAs(file, PNG_FORMAT_RGB, 3);
    for (std::size_t pixel = 0; pixel < colour.values.size(); pixel += 3)
        if (colour.values[pixel] != colour.values[pixel + 1] || colour.values[pixel] != colour.values[pixel + 2])
            return colour;
    return readAs(file, PNG_FORMAT_GRAY, 1);
}

GreyPicture readLabelPng(const std::filesystem::path& file)
{
    return LabelPng(file).read();
}

} // namespace models
