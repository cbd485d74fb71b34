#include "imaging/files/png_write.h"

#include "imaging/files/image_file.h"

#include <zlib.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

namespace imaging::detail {

namespace {

void appendBigEndian(std::string& to, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        to.push_back(static_cast<char>(value >> shift));
}

void appendChunk(std::string& to, const char* type, const std::string& content)
{
    appendBigEndian(to, static_cast<std::uint32_t>(content.size()));
    const std::string body = type + content;
    to += body;
    appendBigEndian(to,
        static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

/// Rows with the filter "Up" (ISO/IEC 15948 section 9) before each.
std::vector<unsigned char> filteredRows(const PngShape& shape, std::span<const std::byte> pixels)
{
    const std::size_t rowBytes = pixels.size() / static_cast<std::size_t>(shape.rows);
    const bool swap = shape.bits == 16 && std::endian::native == std::endian::little;
    std::vector<unsigned char> rows((rowBytes + 1) * static_cast<std::size_t>(shape.rows));
    const auto sample = [&](std::size_t at) { return std::to_integer<unsigned char>(pixels[swap ? at ^ 1U : at]); };
    for (std::size_t y = 0; y < static_cast<std::size_t>(shape.rows); ++y) {
        unsigned char* to = &rows[y * (rowBytes + 1)];
        *to++ = 2;
        // A row of 16-bit samples begins at an even byte, so the two bytes of a sample are neighbours in `at ^ 1`.
        for (std::size_t x = 0; x < rowBytes; ++x) {
            const std::size_t at = y * rowBytes + x;
            to[x] = static_cast<unsigned char>(sample(at) - (y > 0 ? sample(at - rowBytes) : 0));
        }
    }
    return rows;
}

} // namespace

std::string encodePng(const PngShape& shape, std::span<const std::byte> pixels)
{
    const auto rows = filteredRows(shape, pixels);
    std::string packed(compressBound(rows.size()), '\0');
    uLongf size = packed.size();
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, rows.data(), rows.size(), 6) != Z_OK)
        throw std::bad_alloc();
    packed.resize(size);

    std::string header;
    appendBigEndian(header, static_cast<std::uint32_t>(shape.columns));
    appendBigEndian(header, static_cast<std::uint32_t>(shape.rows));
    header.push_back(static_cast<char>(shape.bits));
    header.push_back(shape.components == 3 ? 2 : 0);
    header.append(3, '\0');
    std::string file = "\x89PNG\r\n\x1a\n";
    appendChunk(file, "IHDR", header);
    appendChunk(file, "tEXt", std::string("Comment\0", 8) + kResearchNotice);
    appendChunk(file, "IDAT", packed);
    appendChunk(file, "IEND", {});
    return file;
}

} // namespace imaging::detail
