#include "imaging/dicom/image_description.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/text.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/dicom/voi.h"
#include "imaging/dicom/voxel_convert.h"
#include "imaging/error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace imaging {

namespace {

constexpr std::string_view kCopyAgain = "; copy it again from where it came from";
constexpr std::string_view kSendUncompressed = "; have it sent or exported uncompressed";
constexpr int kMostFrames = 100'000; // A header line for each is kept; real objects have some thousands at most.

[[noreturn]] void refuse(const DicomHeader& header, const std::string& reason, ErrorKind kind = ErrorKind::InvalidInput)
{
    throw Error(kind, "The file " + header.name + " was refused: " + reason + ".", header.path);
}

[[noreturn]] void refuseWithoutPixels(const DicomHeader& header)
{
    if (header.truncated)
        refuse(header, "it is cut off in the middle" + std::string(kCopyAgain));
    const std::string method = printable(header.root().rawText(tags::kElscintCompression));
    if (!method.empty())
        refuse(header,
            "its pictures are compressed by its maker's private method " + method + std::string(kSendUncompressed),
            ErrorKind::Unsupported);
    refuse(header, "it holds no pixel data: it is not a picture, or its pixels were left out when it was exported");
}

int required(const DicomHeader& header, tags::Tag tag, const char* name)
{
    const auto value = header.root().integer(tag);
    if (!value || *value <= 0)
        refuse(header, std::string("it does not say how many ") + name + " its picture has");
    return *value;
}

/// (0028,0008); nothing when it is there but no positive number.
std::optional<int> declaredFrames(const DicomHeader& header)
{
    const auto root = header.root();
    if (root.rawText(tags::kNumberOfFrames).empty())
        return 1;
    const auto frames = root.integer(tags::kNumberOfFrames);
    return frames && *frames >= 0 ? std::optional(std::max(1, *frames)) : std::nullopt;
}

PixelLayout layoutOf(const DicomHeader& header)
{
    const auto root = header.root();
    PixelLayout layout;
    layout.rows = required(header, tags::kRows, "rows");
    layout.columns = required(header, tags::kColumns, "columns");
    layout.samplesPerPixel = root.integer(tags::kSamplesPerPixel).value_or(1);
    layout.isFloat = header.pixels->tag != tags::kPixelData;
    const int usualBits = header.pixels->tag == tags::kFloatPixelData ? 32 : (layout.isFloat ? 64 : 0);
    layout.bitsAllocated = layout.isFloat ? usualBits : root.integer(tags::kBitsAllocated).value_or(0);
    layout.bitsStored = layout.isFloat ? usualBits : root.integer(tags::kBitsStored).value_or(layout.bitsAllocated);
    layout.highBit = layout.isFloat ? usualBits - 1 : root.integer(tags::kHighBit).value_or(layout.bitsStored - 1);
    layout.isSigned = root.integer(tags::kPixelRepresentation).value_or(0) == 1;
    layout.photometric = root.rawText(tags::kPhotometric);
    if (layout.photometric.empty())
        layout.photometric = layout.samplesPerPixel == 3 ? "RGB" : "MONOCHROME2";
    layout.planarConfiguration = root.integer(tags::kPlanarConfiguration).value_or(0);
    layout.transferSyntaxUid = header.transferSyntaxUid;
    layout.storedAsWords = header.pixels->storedAsWords;
    // Some writers name a compressed syntax and store plain samples.
    if (isEncapsulated(layout.transferSyntaxUid) && !header.pixels->encapsulated)
        layout.transferSyntaxUid = transfer_syntax::kExplicitLittle;
    // And others the reverse: what the fragments hold is seen when they are decoded.
    if (header.pixels->encapsulated && !isEncapsulated(layout.transferSyntaxUid))
        layout.transferSyntaxUid = transfer_syntax::kEncapsulatedLittle;
    return layout;
}

void checkNativeSize(const DicomHeader& header, const PixelLayout& layout)
{
    const std::uint64_t needed = (nativeFrameBits(layout) * static_cast<std::uint64_t>(layout.frames) + 7) / 8;
    if (header.pixels->length >= needed)
        return;
    refuse(header,
        "its picture needs " + std::to_string(needed) + " bytes of pixel data, but only "
            + std::to_string(header.pixels->length) + " are there" + std::string(kCopyAgain));
}

void checkCompressedSize(const DicomHeader& header, const PixelLayout& layout)
{
    constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{64} << 20U;
    constexpr std::uint64_t kHighestRatio = 10'000;
    // Only the delimiter behind the last fragment may be missing: some writers leave it out.
    if (header.pixels->cutFragment)
        refuse(header, "its compressed pixel data is cut off in the middle" + std::string(kCopyAgain));
    if (header.pixels->fragments.size() < 2)
        refuse(header, "its compressed pixel data is empty");
    const std::uint64_t decoded = decodedFrameBytes(layout) * static_cast<std::uint64_t>(layout.frames);
    if (decoded > kAlwaysAllowed && decoded / kHighestRatio > header.pixels->length)
        refuse(header,
            "it claims pictures of " + std::to_string(decoded >> 20U) + " MB in "
                + std::to_string(header.pixels->length) + " bytes of compressed data");
}

void checkPhilipsSize(const DicomHeader& header, const PixelLayout& layout)
{
    constexpr std::uint64_t kLongestRun = 256; // From three bytes.
    if (header.truncated || layout.frames != 1 || layout.bitsAllocated != 16 || layout.samplesPerPixel != 1)
        refuse(header, "its private compression is used in a way that is not known");
    if (decodedFrameBytes(layout) / 2 > header.pixels->length * kLongestRun)
        refuse(header, "it has too little pixel data for its size");
}

void checkSize(const DicomHeader& header, PixelLayout& layout)
{
    const auto frames = declaredFrames(header);
    if (!frames && header.pixels->encapsulated)
        refuse(header, "its number of frames is no number");
    checkPixelLayout(layout, header.path);
    const std::uint64_t frameBytes = std::max<std::uint64_t>(1, nativeFrameBits(layout) / 8);
    const std::uint64_t held = std::min<std::uint64_t>(header.pixels->length / frameBytes, kMostFrames);
    layout.frames = frames.value_or(static_cast<int>(std::max<std::uint64_t>(1, held)));
    if (layout.frames > kMostFrames)
        refuse(header,
            "it claims " + std::to_string(layout.frames) + " frames, more than the " + std::to_string(kMostFrames)
                + " that this program opens",
            ErrorKind::Unsupported);
    checkPixelLayout(layout, header.path);
    if (header.pixels->philipsRle)
        checkPhilipsSize(header, layout);
    else if (header.pixels->encapsulated)
        checkCompressedSize(header, layout);
    else
        checkNativeSize(header, layout);
}

Rescale rescaleIn(const DicomDataset& dataset, Rescale fallback)
{
    const auto slope = dataset.number(tags::kRescaleSlope);
    return {slope && *slope != 0 ? *slope : fallback.slope,
        dataset.number(tags::kRescaleIntercept).value_or(fallback.intercept)};
}

std::vector<Rescale> rescalesOf(const DicomHeader& header, int frames)
{
    const auto root = header.root();
    Rescale common = rescaleIn(root, {});
    for (const auto& shared : root.items(tags::kSharedFunctionalGroups)) {
        for (const auto& item : shared.items(tags::kPixelValueTransformationSequence))
            common = rescaleIn(item, common);
    }
    std::vector<Rescale> result;
    bool differs = false;
    for (const auto& group : root.items(tags::kPerFrameFunctionalGroups)) {
        result.push_back(common);
        for (const auto& item : group.items(tags::kPixelValueTransformationSequence))
            result.back() = rescaleIn(item, common);
        differs |= result.back() != common;
    }
    if (!differs || result.size() != static_cast<std::size_t>(frames))
        return {result.empty() || differs ? common : result.front()};
    return result;
}

/// An item without a table, which some writers add: there is nothing to apply.
bool isEmptyTable(const DicomDataset& item)
{
    const DicomElement* data = item.find(tags::kLutData);
    return item.numbers(tags::kLutDescriptor).empty() && (!data || data->length == 0);
}

void addTables(const DicomHeader& header, ImageDescription& image)
{
    const auto root = header.root();
    for (const auto& item : root.items(tags::kModalityLutSequence)) {
        if (isEmptyTable(item))
            continue;
        image.modalityLut = lookupTable(item, tags::kLutDescriptor, tags::kLutData, image.layout.isSigned);
        if (!image.modalityLut)
            refuse(header, "its modality look-up table is damaged");
    }
    if (image.layout.photometric != "PALETTE COLOR")
        return;
    if (image.layout.bitsAllocated > 16 || image.layout.isFloat)
        refuse(header, "its colour palette does not fit its samples");
    image.palette = paletteTables(root, image.layout.isSigned);
    if (image.palette.empty())
        refuse(header, "its colour palette is missing or damaged");
}

/// (0028,0120), which writers store as US or SS without care for the sign of the samples.
std::optional<double> paddingOf(const DicomHeader& header, const PixelLayout& layout)
{
    auto value = header.root().number(tags::kPixelPaddingValue);
    if (!value || layout.isFloat || layout.bitsAllocated > 16)
        return value;
    if (layout.isSigned && *value > 32767)
        return *value - 65536;
    if (!layout.isSigned && *value < 0)
        return *value + 65536;
    return value;
}

std::vector<std::uint64_t> offsetsIn(std::span<const std::byte> raw)
{
    std::vector<std::uint64_t> offsets(raw.size() / 8);
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        for (unsigned byte = 8; byte-- > 0;)
            offsets[i] = offsets[i] << 8U | static_cast<std::uint64_t>(raw[8 * i + byte]);
    }
    return offsets;
}

} // namespace

std::uint64_t nativeFrameBits(const PixelLayout& layout)
{
    const auto pixels = static_cast<std::uint64_t>(layout.rows) * static_cast<std::uint64_t>(layout.columns);
    const bool halved = layout.photometric.find("_422") != std::string::npos && layout.samplesPerPixel == 3;
    const auto samples = static_cast<std::uint64_t>(halved ? 2 : layout.samplesPerPixel);
    return pixels * samples * static_cast<std::uint64_t>(layout.bitsAllocated);
}

ImageDescription describeImage(const DicomHeader& header)
{
    if (!header.pixels)
        refuseWithoutPixels(header);
    if (header.pixels->encapsulated && !canDecode(header.transferSyntaxUid))
        refuse(header,
            "its pictures are compressed as " + printable(nameOfTransferSyntax(header.transferSyntaxUid))
                + ", which this program does not read" + std::string(kSendUncompressed),
            ErrorKind::Unsupported);
    ImageDescription image;
    image.path = header.path;
    image.layout = layoutOf(header);
    image.pixels = *header.pixels;
    image.deflated = header.deflated;
    image.dataOffset = header.dataOffset;
    checkSize(header, image.layout);
    const auto root = header.root();
    addTables(header, image);
    image.rescale = rescalesOf(header, image.layout.frames);
    image.window = voiOf(header, valueRange(image));
    image.padding = paddingOf(header, image.layout);
    const std::string_view type = root.rawText(tags::kRescaleType);
    const bool rescaled = root.has(tags::kRescaleIntercept) || root.has(tags::kSharedFunctionalGroups);
    image.isHounsfield = root.rawText(tags::kModality) == "CT" && rescaled && (type.empty() || type == "HU");
    image.extendedOffsets = offsetsIn(root.bytes(tags::kExtendedOffsetTable));
    image.extendedLengths = offsetsIn(root.bytes(tags::kExtendedOffsetLengths));
    return image;
}

} // namespace imaging
