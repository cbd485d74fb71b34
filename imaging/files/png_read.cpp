#include "imaging/files/png_read.h"

#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <vector>

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

/// Asks for grey or RGB samples of 8 or 16 bits, with an alpha channel where there is one.
void askForBrightness(const Reader& reader)
{
    const int colour = png_get_color_type(reader.png, reader.info);
    if (colour == PNG_COLOR_TYPE_PALETTE)
        png_set_palette_to_rgb(reader.png);
    if (colour == PNG_COLOR_TYPE_GRAY)
        png_set_expand_gray_1_2_4_to_8(reader.png);
}

/// Asks for the stored values: one sample a pixel of grey and palettes, three of colour, no alpha channel.
void askForLabels(const Reader& reader)
{
    png_set_packing(reader.png);
    png_set_strip_alpha(reader.png);
}

/// False when libpng gave up. No local object here or in readRows() has a destructor, so that the jump is well defined.
bool readHeader(Reader& reader, Source& source, PictureValues values, PictureFile& result)
{
    if (setjmp(source.jump) != 0)
        return false;
    png_set_read_fn(reader.png, &source, readBytes);
    png_read_info(reader.png, reader.info);
    if (values == PictureValues::Labels)
        askForLabels(reader);
    else
        askForBrightness(reader);
    if constexpr (std::endian::native == std::endian::little)
        png_set_swap(reader.png);
    png_set_interlace_handling(reader.png);
    png_read_update_info(reader.png, reader.info);
    result.columns = static_cast<int>(png_get_image_width(reader.png, reader.info));
    result.rows = static_cast<int>(png_get_image_height(reader.png, reader.info));
    result.bits = png_get_bit_depth(reader.png, reader.info) == 16 ? 16 : 8;
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

/// Lays pixels with an alpha channel on black and drops the channel.
template <typename Sample> void layOnBlack(PictureFile& picture)
{
    constexpr auto kOpaque = std::numeric_limits<Sample>::max();
    const auto from = static_cast<std::size_t>(picture.components), to = from - 1;
    const auto count = picture.pixels.size() / (from * sizeof(Sample));
    std::vector<Sample> samples(count * from);
    std::memcpy(samples.data(), picture.pixels.data(), samples.size() * sizeof(Sample));
    for (std::size_t pixel = 0; pixel < count; ++pixel) {
        const std::uint32_t alpha = samples[pixel * from + to];
        picture.transparent = picture.transparent || alpha != kOpaque;
        for (std::size_t i = 0; i < to; ++i)
            samples[pixel * to + i] =
                static_cast<Sample>((samples[pixel * from + i] * alpha + kOpaque / 2) / kOpaque);
    }
    picture.components = static_cast<int>(to);
    picture.pixels.resize(count * to * sizeof(Sample));
    std::memcpy(picture.pixels.data(), samples.data(), picture.pixels.size());
}

/// Masks are often saved as RGB whose three values are equal.
void requireGrey(PictureFile& picture)
{
    const std::size_t wide = picture.bits == 16 ? 2 : 1;
    const std::size_t count = picture.pixels.size() / (3 * wide);
    for (std::size_t pixel = 0; pixel < count; ++pixel) {
        const auto red = picture.value(3 * pixel);
        if (red != picture.value(3 * pixel + 1) || red != picture.value(3 * pixel + 2))
            throw std::runtime_error("it is in colour, and a mask must be grey or have a palette");
        std::copy_n(&picture.pixels[3 * pixel * wide], wide, &picture.pixels[pixel * wide]);
    }
    picture.components = 1;
    picture.pixels.resize(count * wide);
}

} // namespace

PictureFile decodePng(const std::string& content, PictureValues values)
{
    PictureFile result;
    const auto source = std::make_unique<Source>();
    source->data = content.data();
    source->left = content.size();
    Reader reader;
    reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, source.get(), onError, onWarning);
    if (reader.png)
        reader.info = png_create_info_struct(reader.png);
    if (!reader.info)
        throw std::runtime_error("libpng cannot start");
    if (!readHeader(reader, *source, values, result))
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
    if (values == PictureValues::Labels && result.components == 3)
        requireGrey(result);
    if (result.components == 2 || result.components == 4)
        result.bits == 8 ? layOnBlack<std::uint8_t>(result) : layOnBlack<std::uint16_t>(result);
    return result;
}

} // namespace imaging::detail
