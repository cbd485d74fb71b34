#include "imaging/dicom/codecs.h"
#include "imaging/dicom/codecs_jpeg_header.h"
#include "imaging/error.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djdijg12.h>
#include <dcmtk/dcmjpeg/djdijg16.h>
#include <dcmtk/dcmjpeg/djdijg8.h>

#include <algorithm>
#include <limits>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

/// One of DCMTK's three builds of the IJG library, counting its messages instead of printing them.
template <typename Base> class QuietDecoder : public Base
{
public:
    explicit QuietDecoder(const DJCodecParameter& parameter)
        : Base(parameter, OFFalse)
    {
    }
    void emitMessage(int level) const override { m_warnings += level < 0 ? 1 : 0; }
    int warnings() const { return m_warnings; }

private:
    mutable int m_warnings = 0;
};

bool endsWithEndMarker(Bytes data)
{
    const std::size_t tail = std::min<std::size_t>(data.size(), 16);
    for (std::size_t i = data.size() - tail; i + 1 < data.size(); ++i)
        if (data[i] == std::byte{0xFF} && data[i + 1] == std::byte{0xD9})
            return true;
    return false;
}

/// Raw components, without any change of colour space.
template <typename Base> void runDecoder(Bytes data, std::span<std::byte> samples, const FrameTarget& target)
{
    // A missing end marker is common; samples made up in place of missing data are not accepted.
    std::vector<std::byte> completed;
    const bool complete = endsWithEndMarker(data);
    if (!complete) {
        completed.assign(data.begin(), data.end());
        completed.insert(completed.end(), {std::byte{0xFF}, std::byte{0xD9}});
        data = completed;
    }
    if (data.size() > std::numeric_limits<Uint32>::max() || samples.size() > std::numeric_limits<Uint32>::max())
        throwUnsupported(target.path, "it is larger than JPEG decoders allow");
    const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_default, EPC_default);
    QuietDecoder<Base> decoder(parameter);
    OFCondition status = decoder.init();
    if (status.good())
        status = decoder.decode(reinterpret_cast<Uint8*>(const_cast<std::byte*>(data.data())),
            static_cast<Uint32>(data.size()), reinterpret_cast<Uint8*>(samples.data()),
            static_cast<Uint32>(samples.size()), target.layout.isSigned ? OFTrue : OFFalse);
    if (status.bad())
        throwDamaged(target.path, std::string("the JPEG decoder says \"") + status.text() + "\"");
    if (!complete && decoder.warnings() > 0)
        throwDamaged(target.path, "the JPEG data end too early");
}

void checkHeader(const JpegHeader& header, const FrameTarget& target)
{
    const PixelLayout& layout = target.layout;
    if (header.columns != layout.columns || header.rows != layout.rows || header.components != layout.samplesPerPixel)
        throwDamaged(target.path, "the JPEG data are of another size than the header says");
    const bool lossless = header.startOfFrame == 0xC3;
    if (!lossless && header.startOfFrame != 0xC0 && header.startOfFrame != 0xC1)
        throwUnsupported(target.path, "this kind of JPEG is not one that DICOM allows");
    if (header.precision < 2 || header.precision > 16 || (!lossless && header.precision != 8 && header.precision != 12))
        throwDamaged(target.path, "JPEG with " + std::to_string(header.precision) + " bits is not allowed here");
    if (header.precision > layout.bitsAllocated)
        throwDamaged(target.path, "the JPEG data have more bits than the header allots");
}

/// Which colours the components are. Their names come first, then what the writer of the JPEG data declared, then
/// (0028,0004).
ColourModel colourModel(const JpegHeader& header, const PixelLayout& layout)
{
    using Ids = std::array<std::uint8_t, 4>;
    if (header.componentIds == Ids{'R', 'G', 'B', 0} || header.componentIds == Ids{'r', 'g', 'b', 0})
        return ColourModel::Rgb;
    if (header.startOfFrame == 0xC3)
        return ColourModel::AsHeaderSays;
    if (header.adobeTransform)
        return *header.adobeTransform == 0 ? ColourModel::Rgb : ColourModel::YbrFull;
    return header.jfif ? ColourModel::YbrFull
                       : (layout.photometric == "RGB" ? ColourModel::Rgb : ColourModel::AsHeaderSays);
}

} // namespace

ColourModel decodeJpeg(const FrameTarget& target, Bytes data)
{
    const JpegHeader header = parseJpegHeader(data, target.path);
    checkHeader(header, target);
    const bool bytes = header.precision <= 8;
    const bool direct = decodedSampleBytes(target.layout) == (bytes ? 1 : 2);
    std::vector<std::byte> own(direct ? 0 : target.count() * (bytes ? 1 : 2));
    const std::span<std::byte> samples = direct ? target.samples : std::span<std::byte>(own);
    if (bytes)
        runDecoder<DJDecompressIJG8Bit>(data, samples, target);
    else if (header.precision <= 12)
        runDecoder<DJDecompressIJG12Bit>(data, samples, target);
    else
        runDecoder<DJDecompressIJG16Bit>(data, samples, target);
    if (!direct && bytes)
        widenSamples(std::span(reinterpret_cast<const std::uint8_t*>(own.data()), target.count()), target);
    else if (!direct)
        widenSamples(std::span(reinterpret_cast<const std::uint16_t*>(own.data()), target.count()), target);
    fitBits(target, std::min(header.precision, target.layout.bitsStored), 0);
    return colourModel(header, target.layout);
}

} // namespace imaging::detail
