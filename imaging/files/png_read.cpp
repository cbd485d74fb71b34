#include "imaging/files/png_read.h"

#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace imaging::detail {

namespace {

/// Deflate cannot shrink data further than about this.
constexpr std::size_t kMaxRatio = 1100;

/// What libpng's callbacks share. Nothing in here needs a destructor when libpng jumps.
struct Source
{
    const char* data = nullptr;
    std::size_t left = 0;
    char message[128] = {};
    jmp_buf jump;
};

void onError(png_structp png, png_const_charp message)
{
    auto* source = static_cast<Source*>(png_get_error_ptr(png));
    std::strncpy(source->message, message, sizeof source->message - 1);
    longjmp(source->jump, 1);
}

void onWarning(png_structp, png_const_charp) { }

void readBytes(png_structp png, png_bytep to, std::size_t count)
{
    auto* source = static_cast<Source*>(png_get_io_ptr(png));
    if (count > source->left)
        png_error(png, "the file ends too early");
    std::memcpy(to, source->data, count);
    source->data += count;
    source->left -= count;
}

/// libpng's two structs, freed in every case.
struct Reader
{
    png_structp png = nullptr;
    png_infop info = nullptr;
    ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

/// Reads the header and asks for grey or RGB samples of 8 or 16 bits. False when libpng gave up. No local object here
/// or in readRows() has a destructor, so that the jump is well defined.
bool readHeader(Reader& reader, Source& source, DecodedPng& result)
{
    if (setjmp(source.jump) != 0)
        return false;
    png_set_read_fn(reader.png, &source, readBytes);
    png_read_info(reader.png, reader.info);
    const int colour = png_get_color_type(reader.png, reader.info);
    result.hadAlpha = (colour & PNG_COLOR_MASK_ALPHA) != 0;
    if (colour == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(reader.png);
    if (colour == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(reader.png);
    png_set_strip_alpha(reader.png);
    if constexpr (std::endian::native == std::endian::little)
        png_set_swap(reader.png);
    png_set_interlace_handling(reader.png);
    png_read_update_info(reader.png, reader.info);
    result.columns = static_cast<int>(png_get_image_width(reader.png, reader.info));
    result.rows = static_cast<int>(png_get_image_height(reader.png, reader.info));
    result.bits = png_get_bit_depth(reader.png, reader.info);
    result.components = png_get_channels(reader.png, reader.info);
    return true;
}

bool readRows(Reader& reader, Source& source, png_bytep* rows)
{
    if (setjmp(source.jump) != 0)
        return false;
    png_read_image(reader.png, rows);
    png_read_end(reader.png, nullptr);
    return true;
}

} // namespace

DecodedPng decodePng(const std::string& content)
{
    DecodedPng result;
    const auto source = std::make_unique<Source>();
    source->data = content.data();
    source->left = content.size();
    Reader reader;
    reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, source.get(), onError, onWarning);
    if (reader.png)
        reader.info = png_create_info_struct(reader.png);
    if (!reader.info)
        throw std::runtime_error("libpng cannot start");
    if (!readHeader(reader, *source, result))
        throw std::runtime_error(source->message);
    const std::size_t rowBytes = png_get_rowbytes(reader.png, reader.info);
    if (rowBytes * static_cast<std::size_t>(result.rows) / kMaxRatio > content.size())
        throw std::runtime_error("it claims more pixels than its bytes can hold");
    result.pixels.resize(rowBytes * static_cast<std::size_t>(result.rows));
    std::vector<png_bytep> rows(static_cast<std::size_t>(result.rows));
    for (std::size_t y = 0; y < rows.size(); ++y)
        rows[y] = reinterpret_cast<png_bytep>(result.pixels.data()) + y * rowBytes;
    if (!readRows(reader, *source, rows.data()))
        throw std::runtime_error(source->message);
    return result;
}

} // namespace imaging::detail
