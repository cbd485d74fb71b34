#include "imaging/dicom/codecs.h"
#include "imaging/error.h"

#include <charls/charls.h>

#include <algorithm>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

void checkHeader(const charls::jpegls_decoder& decoder, const FrameTarget& target)
{
    const PixelLayout& layout = target.layout;
    const charls::frame_info info = decoder.frame_info();
    if (info.width != static_cast<std::uint32_t>(layout.columns)
        || info.height != static_cast<std::uint32_t>(layout.rows) || info.component_count != layout.samplesPerPixel)
        throwDamaged(target.path, "the JPEG-LS data are of another size than the header says");
    if (info.bits_per_sample > layout.bitsAllocated)
        throwDamaged(target.path, "the JPEG-LS data have more bits than the header allots");
}

void decodeWith(const charls::jpegls_decoder& decoder, const FrameTarget& target)
{
    const int bits = decoder.frame_info().bits_per_sample;
    const std::size_t size = bits <= 8 ? 1 : 2;
    const bool direct = static_cast<std::size_t>(decodedSampleBytes(target.layout)) == size;
    const bool planar = target.layout.samplesPerPixel > 1 && decoder.interleave_mode() == charls::interleave_mode::none;
    if (direct && !planar) {
        decoder.decode(target.samples.data(), target.samples.size());
        return;
    }
    std::vector<std::byte> own(target.count() * size);
    decoder.decode(own.data(), own.size());
    if (!direct && size == 1)
        widenSamples(std::span(reinterpret_cast<const std::uint8_t*>(own.data()), target.count()), target);
    else if (!direct)
        widenSamples(std::span(reinterpret_cast<const std::uint16_t*>(own.data()), target.count()), target);
    if (planar) {
        if (!direct)
            own.assign(target.samples.begin(), target.samples.end());
        interleave(target, own);
    }
}

} // namespace

ColourModel decodeJpegLs(const FrameTarget& target, Bytes data)
{
    try {
        charls::jpegls_decoder decoder;
        decoder.source(data.data(), data.size());
        decoder.read_header();
        checkHeader(decoder, target);
        decodeWith(decoder, target);
        fitBits(target, std::min(decoder.frame_info().bits_per_sample, target.layout.bitsStored), 0);
    } catch (const charls::jpegls_error& error) {
        throwDamaged(target.path, std::string("the JPEG-LS decoder says \"") + error.what() + "\"");
    }
    return ColourModel::AsHeaderSays;
}

} // namespace imaging::detail
