#include "imaging/files/jpeg_read.h"

#include <cstdio> // jpeglib.h needs it and does not say so

#include <jpeglib.h>

#include <jerror.h>

#include <csetjmp>
#include <stdexcept>
#include <string_view>

namespace imaging::detail {

namespace {

constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 28;

/// What libjpeg's callbacks share. Nothing in here needs a destructor when libjpeg jumps.
struct Source
{
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    char message[JMSG_LENGTH_MAX] = {};
    bool damaged = false;
    jmp_buf jump;

    ~Source() { jpeg_destroy_decompress(&jpeg); }
};

void onError(j_common_ptr jpeg)
{
    auto* source = static_cast<Source*>(jpeg->client_data);
    jpeg->err->format_message(jpeg, source->message);
    longjmp(source->jump, 1);
}

/// Below 0: something is wrong with the data, and libjpeg goes on with what it makes up.
void onMessage(j_common_ptr jpeg, int level)
{
    auto* source = static_cast<Source*>(jpeg->client_data);
    const int code = jpeg->err->msg_code;
    if (level >= 0 || source->damaged || code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM)
        return;
    source->damaged = true;
    jpeg->err->format_message(jpeg, source->message);
}

/// False when libjpeg gave up. No local object here or in readRows() has a destructor, so that the jump is well
/// defined.
bool readHeader(Source& source, const std::string& content, PictureFile& result)
{
    if (setjmp(source.jump) != 0)
        return false;
    jpeg_create_decompress(&source.jpeg);
    jpeg_mem_src(&source.jpeg, reinterpret_cast<const unsigned char*>(content.data()), content.size());
    jpeg_save_markers(&source.jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&source.jpeg, TRUE);
    source.jpeg.out_color_space = source.jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_calc_output_dimensions(&source.jpeg);
    result.columns = static_cast<int>(source.jpeg.output_width);
    result.rows = static_cast<int>(source.jpeg.output_height);
    result.components = source.jpeg.num_components == 1 ? 1 : 3;
    return true;
}

bool readRows(Source& source, PictureFile& result)
{
    if (setjmp(source.jump) != 0)
        return false;
    jpeg_start_decompress(&source.jpeg);
    const auto rowBytes = static_cast<std::size_t>(result.columns) * static_cast<std::size_t>(result.components);
    while (source.jpeg.output_scanline < source.jpeg.output_height) {
        auto* row = reinterpret_cast<JSAMPROW>(result.pixels.data() + source.jpeg.output_scanline * rowBytes);
        jpeg_read_scanlines(&source.jpeg, &row, 1);
    }
    jpeg_finish_decompress(&source.jpeg);
    return true;
}

/// The orientation tag (0x0112) of the Exif block, 1 (as it lies) when there is none (CIPA DC-008, 4.6.4).
unsigned orientationOf(std::string_view exif)
{
    constexpr std::string_view kStart("Exif\0\0", 6);
    constexpr std::size_t kEntryBytes = 12;
    if (!exif.starts_with(kStart))
        return 1;
    const auto tiff = exif.substr(kStart.size());
    const bool little = tiff.starts_with("II");
    const auto number = [&](std::size_t at, std::size_t bytes) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes && at + bytes <= tiff.size(); ++i)
            value |= std::uint32_t{static_cast<unsigned char>(tiff[at + i])} << (8 * (little ? i : bytes - 1 - i));
        return value;
    };
    const std::size_t directory = number(4, 4);
    const auto entries = number(directory, 2);
    for (std::size_t entry = 0; entry < entries && directory + 2 + entry * kEntryBytes < tiff.size(); ++entry)
        if (const auto at = directory + 2 + entry * kEntryBytes; number(at, 2) == 0x0112)
            return number(at + 8, 2);
    return 1;
}

} // namespace

PictureFile decodeJpeg(const std::string& content)
{
    PictureFile result;
    Source source;
    source.jpeg.err = jpeg_std_error(&source.errors);
    source.errors.error_exit = onError;
    source.errors.emit_message = onMessage;
    source.jpeg.client_data = &source;
    if (!readHeader(source, content, result))
        throw std::runtime_error(source.message);
    if (source.jpeg.num_components == 4)
        throw std::runtime_error("its colours are those of printing (CMYK); save it as grey or RGB");
    if (static_cast<std::uint64_t>(result.columns) * static_cast<std::uint64_t>(result.rows) > kMostPixels)
        throw std::runtime_error("it claims more pixels than can be read");
    result.pixels.resize(static_cast<std::size_t>(result.columns) * static_cast<std::size_t>(result.rows)
        * static_cast<std::size_t>(result.components));
    for (const auto* marker = source.jpeg.marker_list; marker; marker = marker->next) {
        const auto orientation = orientationOf({reinterpret_cast<const char*>(marker->data), marker->data_length});
        result.turned = result.turned || (orientation > 1 && orientation <= 8);
    }
    if (!readRows(source, result) || source.damaged)
        throw std::runtime_error(source.message);
    return result;
}

} // namespace imaging::detail
