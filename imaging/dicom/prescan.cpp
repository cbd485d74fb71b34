#include "imaging/dicom/prescan.h"

#include "imaging/dicom/byte_source.h"
#include "imaging/dicom/dataset_parser.h"
#include "imaging/dicom/text.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace imaging {

namespace {

using detail::ByteSource;
using detail::DatasetParser;
using detail::Encoding;

using transfer_syntax::kDeflated;
using transfer_syntax::kExplicitBig;
using transfer_syntax::kExplicitLittle;
using transfer_syntax::kImplicitLittle;
constexpr std::size_t kPreambleSize = 128;

bool hasPreamble(std::span<const std::byte> head)
{
    constexpr std::string_view kMagic = "DICM";
    return head.size() >= kPreambleSize + kMagic.size()
        && std::equal(kMagic.begin(), kMagic.end(), head.begin() + kPreambleSize,
            [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
}

/// Whether the bytes could be a data set without preamble: first a group 2 or 8, then a known VR or a small length.
bool mayBeDataset(std::span<const std::byte> head)
{
    if (head.size() < 8)
        return false;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(head[i]); };
    const bool little = (byte(0) == 2 || byte(0) == 8) && byte(1) == 0;
    const bool big = byte(0) == 0 && (byte(1) == 2 || byte(1) == 8);
    if (!little && !big)
        return false;
    const bool smallLength = little ? byte(6) == 0 && byte(7) == 0 : byte(4) == 0 && byte(5) == 0;
    return detail::isKnownVr(head[4], head[5]) || smallLength;
}

/// Whether what was found is an object after all: bytes that only began like a data set have none of these.
bool hasObjectAttributes(const DicomHeader& header)
{
    const auto root = header.root();
    return isValidUid(root.rawText(tags::kSopClassUid)) || isValidUid(root.rawText(tags::kSopInstanceUid))
        || (root.integer(tags::kRows) && root.integer(tags::kColumns));
}

Encoding declaredEncoding(std::string_view transferSyntax)
{
    return {.explicitVr = transferSyntax != kImplicitLittle, .bigEndian = transferSyntax == kExplicitBig};
}

bool isNative(std::string_view transferSyntax)
{
    return transferSyntax.empty() || transferSyntax == kImplicitLittle || transferSyntax == kExplicitLittle
        || transferSyntax == kExplicitBig;
}

std::string_view nativeSyntax(Encoding encoding)
{
    if (!encoding.explicitVr)
        return kImplicitLittle;
    return encoding.bigEndian ? kExplicitBig : kExplicitLittle;
}

void parseMeta(ByteSource& source, DicomHeader& header)
{
    const auto head = source.peek(8);
    const Encoding encoding{.explicitVr = head.size() < 8 || detail::isKnownVr(head[4], head[5]), .bigEndian = false};
    DatasetParser(source, header, encoding, DatasetParser::Until::GroupAfterMeta).run();
    header.transferSyntaxUid = header.root().rawText(tags::kTransferSyntaxUid);
}

void parseDataset(ByteSource& source, DicomHeader& header, PrescanExtent extent)
{
    const auto head = source.peek(8);
    const Encoding encoding = detail::encodingOf(head, declaredEncoding(header.transferSyntaxUid));
    if (isNative(header.transferSyntaxUid) && head.size() == 8)
        header.transferSyntaxUid = nativeSyntax(encoding);
    const auto until = extent == PrescanExtent::WholeFile ? DatasetParser::Until::End : DatasetParser::Until::PixelData;
    DatasetParser(source, header, encoding, until).run();
}

/// Older Philips CTs keep compressed pixels in an element of their own.
void findPhilipsPixels(DicomHeader& header)
{
    const DicomElement* element = header.root().find(tags::kElscintPixelData);
    if (header.pixels || !element || header.root().rawText(tags::kElscintCompression) != "PMSCT_RLE1")
        return;
    PixelElement pixels;
    pixels.offset = element->offset;
    pixels.length = element->length;
    pixels.declaredLength = element->length;
    pixels.philipsRle = true;
    header.pixels = pixels;
}

void requireWhole(const DicomHeader& header)
{
    if (header.truncated)
        throw Error(ErrorKind::InvalidInput,
            "The file " + header.name
                + " was refused: it is cut off in the middle; copy it again from where it came from.",
            header.path);
}

std::optional<DicomHeader> prescan(
    ByteSource& source, const std::string& path, std::string name, PrescanExtent extent)
{
    const auto head = source.peek(kPreambleSize + 4);
    const bool preamble = hasPreamble(head);
    if (!preamble && !mayBeDataset(head))
        return std::nullopt;
    if (preamble)
        source.skip(kPreambleSize + 4);
    DicomHeader header;
    header.path = path;
    header.name = std::move(name);
    header.elements.reserve(160);
    header.values.reserve(4096);
    parseMeta(source, header);
    header.dataOffset = source.position();
    header.deflated = header.transferSyntaxUid == kDeflated;
    if (header.truncated) {
        // Nothing follows a meta header that is cut.
    } else if (header.deflated) {
        const auto inflated = detail::inflatingSource(source, path);
        parseDataset(*inflated, header, extent);
    } else {
        parseDataset(source, header, extent);
    }
    findPhilipsPixels(header);
    if (!preamble && !hasObjectAttributes(header))
        return std::nullopt;
    if (extent == PrescanExtent::WholeFile)
        requireWhole(header);
    return header;
}

} // namespace

std::optional<DicomHeader> prescanFile(const std::filesystem::path& path, PrescanExtent extent)
{
    return prescanFile(path, quotedName(path.string()), extent);
}

std::optional<DicomHeader> prescanFile(const std::filesystem::path& path, std::string name, PrescanExtent extent)
{
    const auto source = detail::fileSource(path);
    return prescan(*source, path.string(), std::move(name), extent);
}

std::optional<DicomHeader> prescanBytes(std::span<const std::byte> bytes, const std::string& path, PrescanExtent extent)
{
    const auto source = detail::memorySource(bytes);
    return prescan(*source, path, quotedName(path), extent);
}

std::string quotedName(const std::string& path)
{
    return '"' + printable(std::filesystem::path(path).filename().string()) + '"';
}

} // namespace imaging
