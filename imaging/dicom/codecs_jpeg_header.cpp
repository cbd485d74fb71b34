#include "imaging/dicom/codecs_jpeg_header.h"

#include "imaging/dicom/codecs.h"

#include <cstring>
#include <string_view>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

int big8(Bytes bytes, std::size_t at)
{
    return std::to_integer<int>(bytes[at]);
}

int big16(Bytes bytes, std::size_t at)
{
    return big8(bytes, at) * 256 + big8(bytes, at + 1);
}

bool startsWith(Bytes bytes, std::string_view text)
{
    return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

bool isStartOfFrame(int marker)
{
    // C4, C8 and CC are tables and a reserved code among the frame headers.
    return (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
}

bool hasNoSegment(int marker)
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

void readFrameHeader(Bytes segment, JpegHeader& header, const std::string& path)
{
    if (segment.size() < 6)
        throwDamaged(path, "the JPEG frame header is cut off");
    header.precision = big8(segment, 0);
    header.rows = big16(segment, 1);
    header.columns = big16(segment, 3);
    header.components = big8(segment, 5);
    if (header.components < 1 || header.components > 4
        || segment.size() != 6 + 3 * static_cast<std::size_t>(header.components))
        throwDamaged(path, "the JPEG frame header contradicts itself");
    for (std::size_t i = 0; i < static_cast<std::size_t>(header.components); ++i)
        header.componentIds[i] = std::to_integer<std::uint8_t>(segment[6 + 3 * i]);
}

void readApplicationSegment(int marker, Bytes segment, JpegHeader& header)
{
    if (marker == 0xE0 && startsWith(segment, "JFIF"))
        header.jfif = true;
    if (marker == 0xEE && segment.size() >= 12 && startsWith(segment, "Adobe"))
        header.adobeTransform = big8(segment, 11);
}

} // namespace

JpegHeader parseJpegHeader(Bytes data, const std::string& path)
{
    JpegHeader header;
    if (data.size() < 4 || big16(data, 0) != 0xFFD8)
        throwDamaged(path, "it does not begin as JPEG data do");
    std::size_t at = 2;
    while (at + 4 <= data.size()) {
        if (big8(data, at) != 0xFF) {
            ++at;
            continue;
        }
        const int marker = big8(data, at + 1);
        if (marker == 0xFF || marker == 0x00 || hasNoSegment(marker)) {
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        const auto length = static_cast<std::size_t>(big16(data, at + 2));
        if (marker == 0xD9 || marker == 0xDA || length < 2 || length > data.size() - at - 2)
            break;
        const Bytes segment = data.subspan(at + 4, length - 2);
        if (isStartOfFrame(marker)) {
            header.startOfFrame = marker;
            readFrameHeader(segment, header, path);
            return header;
        }
        readApplicationSegment(marker, segment, header);
        at += 2 + length;
    }
    throwDamaged(path, "the JPEG data have no frame header");
}

} // namespace imaging::detail
