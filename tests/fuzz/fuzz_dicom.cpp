#include "imaging/dicom/image_description.h"
#include "imaging/dicom/pixels.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/error.h"
#include "tests/support/dicom_bytes.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

namespace {

constexpr const char* kName = "fuzz.dcm";
constexpr std::size_t kLargestDecoded = std::size_t{1} << 22U;

/// Decodes the first frame of what describeImage() let through.
void decodeFirst(const imaging::DicomHeader& header, std::span<const std::byte> bytes)
{
    const auto image = imaging::describeImage(header);
    if (image.deflated || imaging::decodedFrameBytes(image.layout) > kLargestDecoded)
        return;
    if (image.pixels.offset + image.pixels.length > bytes.size())
        std::abort(); // The pre-scan promised bytes that are not there.
    const auto value = bytes.subspan(image.pixels.offset, image.pixels.length);
    const auto frames =
        imaging::splitFrames(image.layout, value, {image.extendedOffsets, image.extendedLengths}, kName);
    std::vector<std::byte> samples(imaging::decodedFrameBytes(image.layout));
    if (!frames.empty())
        imaging::decodeFrame(image.layout, frames.front(), samples, kName);
}

void look(std::span<const std::byte> bytes)
{
    for (const auto extent : {imaging::PrescanExtent::UpToPixels, imaging::PrescanExtent::WholeFile}) {
        try {
            const auto header = imaging::prescanBytes(bytes, kName, extent);
            if (!header)
                continue;
            imaging::describeFile(*header);
            if (header->pixels)
                decodeFirst(*header, bytes);
        } catch (const imaging::Error& error) {
            if (std::string(error.what()).find(kName) == std::string::npos)
                std::abort(); // A refusal must name the file.
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    look(std::as_bytes(std::span(data, size)));
    // A whole picture with the input written over some of its bytes: three bytes say where and what.
    static const test::Bytes kPicture = [] {
        test::DicomBytes item;
        item.text(0x00080060, "CS", "MR");
        test::DicomBytes more;
        more.sequence(0x00081140, {item}).sequence(0x00081150, {item}, test::LengthKind::Defined);
        test::DicomBytes table;
        table.shorts(0x00283002, "SS", {4, 0xFFFE, 12}).shorts(0x00283006, "OW", {0, 100, 4000, 4095});
        more.text(0x00280034, "IS", "1\\2").sequence(0x00283000, {test::DicomBytes()}).sequence(0x00283010, {table});
        test::DicomBytes content;
        content.number(0x00209128, 1, "UL").text(0x00209056, "SH", "1");
        more.sequence(0x52009230, {test::DicomBytes().sequence(0x00209111, {content})});
        return test::pictureFile(test::PictureSpec{}, more);
    }();
    test::Bytes changed = kPicture;
    for (std::size_t i = 0; i + 2 < std::min<std::size_t>(size, 30); i += 3)
        changed[(data[i] * 256U + data[i + 1]) % changed.size()] = static_cast<std::byte>(data[i + 2]);
    look(changed);
    return 0;
}
