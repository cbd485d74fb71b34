#include "imaging/dicom/codecs_jpeg2000_header.h"

#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint64_t kMaxTiles = 16384;
constexpr std::uint64_t kMaxPrecinctLayers = std::uint64_t{1} << 25;

struct TileSize
{
    std::uint64_t width = 0;
    std::uint64_t height = 0;
    std::uint64_t components = 0;
};

std::uint64_t ceilDivide(std::uint64_t value, std::uint64_t by)
{
    return (value + by - 1) / by;
}

/// SIZ, A.5.1. The segment begins after its length.
TileSize checkSize(Bytes siz, const FrameTarget& target)
{
    if (siz.size() < 36)
        throwDamaged(target.path, "the JPEG 2000 size marker is cut off");
    const auto field = [&](std::size_t at) { return static_cast<std::uint64_t>(bigEndian(siz, at, 4)); };
    const std::uint64_t right = field(2), bottom = field(6), left = field(10), top = field(14);
    const std::uint64_t tileWidth = field(18), tileHeight = field(22), tileLeft = field(26), tileTop = field(30);
    const std::uint64_t components = bigEndian(siz, 34, 2);
    if (left >= right || top >= bottom || right - left != static_cast<std::uint64_t>(target.layout.columns)
        || bottom - top != static_cast<std::uint64_t>(target.layout.rows)
        || components != static_cast<std::uint64_t>(target.layout.samplesPerPixel) || siz.size() < 36 + 3 * components)
        throwDamaged(target.path, "the JPEG 2000 data are of another size than the header says");
    if (tileWidth == 0 || tileHeight == 0 || tileLeft > left || tileTop > top)
        throwDamaged(target.path, "the JPEG 2000 tiles contradict each other");
    if (ceilDivide(right - tileLeft, tileWidth) * ceilDivide(bottom - tileTop, tileHeight) > kMaxTiles)
        throwUnsupported(target.path, "the JPEG 2000 data have too many tiles");
    return {std::min(tileWidth, right - left), std::min(tileHeight, bottom - top), components};
}

/// Precincts times layers of one tile from the part of COD and COC that is alike, A.6.1: levels, block size (2), block
/// style, transformation, then one byte per resolution when precincts are given.
void checkPrecincts(
    Bytes style, bool givesPrecincts, std::uint64_t layers, const TileSize& tile, const std::string& path)
{
    if (style.size() < 5)
        throwDamaged(path, "a JPEG 2000 coding marker is cut off");
    const std::uint64_t levels = bigEndian(style, 0, 1);
    if (levels > 32 || (givesPrecincts && style.size() < 6 + levels))
        throwDamaged(path, "a JPEG 2000 coding marker contradicts itself");
    std::uint64_t most = 1;
    for (std::uint64_t r = 0; givesPrecincts && r <= levels; ++r) {
        const std::uint32_t exponents = bigEndian(style, 5 + r, 1);
        const std::uint64_t down = levels - r;
        const std::uint64_t across = (ceilDivide(tile.width, std::uint64_t{1} << down) >> (exponents & 15)) + 2;
        const std::uint64_t along = (ceilDivide(tile.height, std::uint64_t{1} << down) >> (exponents >> 4)) + 2;
        most = std::max(most, across * along);
    }
    const std::uint64_t packets = most * (levels + 1) * tile.components;
    if (packets > std::max<std::uint64_t>(65536, tile.width * tile.height / 8)
        || packets * (layers + 1) > kMaxPrecinctLayers)
        throwUnsupported(path, "the JPEG 2000 data have too many precincts or layers");
}

struct CodingDefaults
{
    std::uint64_t layers = 1;
};

void checkSegment(
    std::uint32_t marker, Bytes segment, CodingDefaults& defaults, const TileSize& tile, const std::string& path)
{
    if (marker == 0xFF52 && segment.size() >= 5) { // COD
        defaults.layers = std::max<std::uint64_t>(1, bigEndian(segment, 2, 2));
        checkPrecincts(segment.subspan(5), (bigEndian(segment, 0, 1) & 1) != 0, defaults.layers, tile, path);
    } else if (marker == 0xFF53 && segment.size() >= 2) { // COC; component numbers below 257 take one byte
        checkPrecincts(segment.subspan(2), (bigEndian(segment, 1, 1) & 1) != 0, defaults.layers, tile, path);
    }
}

} // namespace

Bytes findCodestream(Bytes data, const std::string& path)
{
    if (data.size() >= 4 && bigEndian(data, 0, 4) == 0xFF4FFF51)
        return data;
    std::size_t at = 0;
    while (data.size() - at >= 8) {
        const std::size_t length = bigEndian(data, at, 4);
        const std::string_view type(reinterpret_cast<const char*>(data.data()) + at + 4, 4);
        const std::size_t end = length == 0 ? data.size() : at + length;
        if (type == "jp2c" && data.size() - at >= 12 && bigEndian(data, at + 8, 4) == 0xFF4FFF51)
            return data.subspan(at + 8, std::min(end, data.size()) - at - 8);
        if (length < 8 || end > data.size())
            break;
        at = end;
    }
    throwDamaged(path, "it does not begin as JPEG 2000 data do");
}

void vetCodestream(Bytes codestream, const FrameTarget& target)
{
    TileSize tile;
    CodingDefaults defaults;
    std::size_t at = 2;
    std::size_t tilePartEnd = 0;
    while (at + 4 <= codestream.size()) {
        const std::uint32_t marker = bigEndian(codestream, at, 2);
        if (marker == 0xFF93) { // SOD: the tile's data follow up to the length that SOT gave
            if (tilePartEnd <= at)
                return;
            at = tilePartEnd;
            continue;
        }
        const std::size_t length = bigEndian(codestream, at + 2, 2);
        if (marker < 0xFF00 || marker == 0xFFD9 || length < 2 || length > codestream.size() - at - 2)
            break;
        const Bytes segment = codestream.subspan(at + 4, length - 2);
        if (marker == 0xFF51)
            tile = checkSize(segment, target);
        else if (marker == 0xFF90 && segment.size() >= 6) // SOT; a length of 0 means up to the end
            tilePartEnd = bigEndian(segment, 2, 4) == 0 ? 0 : at + bigEndian(segment, 2, 4);
        else
            checkSegment(marker, segment, defaults, tile, target.path);
        at += 2 + length;
    }
    if (tile.width == 0)
        throwDamaged(target.path, "the JPEG 2000 data have no size marker");
}

} // namespace imaging::detail
