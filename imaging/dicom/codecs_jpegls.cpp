#include "imaging/dicom/codecs.h"
#include "imaging/dicom/jpegls_header.h"
#include "imaging/dicom/jpegls_scan.h"

#include <algorithm>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

void checkFrame(const JpegLsFrame& frame, const FrameTarget& target)
{
    const PixelLayout& layout = target.layout;
    if (frame.columns != layout.columns || frame.rows != layout.rows || frame.components != layout.samplesPerPixel)
        throwDamaged(target.path, "the JPEG-LS data are of another size than the header says");
    if (frame.precision > layout.bitsAllocated)
        throwDamaged(target.path, "the JPEG-LS data have more bits than the header allots");
}

template <typename Sample>
void storeRow(std::span<const std::int32_t> row, int y, int component, const FrameTarget& target)
{
    const auto step = static_cast<std::size_t>(target.layout.samplesPerPixel);
    auto* to = reinterpret_cast<Sample*>(target.samples.data()) + static_cast<std::size_t>(y) * row.size() * step
        + static_cast<std::size_t>(component);
    if (step == 1)
        std::transform(row.begin(), row.end(), to, [](std::int32_t sample) { return static_cast<Sample>(sample); });
    else
        for (std::size_t x = 0; x < row.size(); ++x)
            to[x * step] = static_cast<Sample>(row[x]);
}

template <typename Sample>
void decodeScan(JpegLsScanDecoder& decoder, const JpegLsScan& scan, int firstComponent, const FrameTarget& target)
{
    for (int y = 0; y < target.layout.rows; ++y) {
        decoder.decodeRow();
        for (int c = 0; c < scan.components; ++c)
            storeRow<Sample>(decoder.row(c), y, firstComponent + c, target);
    }
}

} // namespace

ColourModel decodeJpegLs(const FrameTarget& target, Bytes data)
{
    JpegLsMarkers markers(data, target.path);
    std::size_t at = 2;
    for (int component = 0; component < target.layout.samplesPerPixel;) {
        const JpegLsScan scan = markers.nextScan(at);
        const JpegLsFrame& frame = markers.frame();
        checkFrame(frame, target);
        if (component + scan.components > frame.components)
            throwDamaged(target.path, "the JPEG-LS data have too many scans");
        JpegLsScanDecoder decoder(frame, scan, data, target.path);
        switch (decodedSampleBytes(target.layout)) {
        case 1:
            decodeScan<std::uint8_t>(decoder, scan, component, target);
            break;
        case 2:
            decodeScan<std::uint16_t>(decoder, scan, component, target);
            break;
        default:
            decodeScan<std::uint32_t>(decoder, scan, component, target);
        }
        component += scan.components;
        at = decoder.position();
    }
    fitBits(target, std::min(markers.frame().precision, target.layout.bitsStored), 0);
    return ColourModel::AsHeaderSays;
}

} // namespace imaging::detail
