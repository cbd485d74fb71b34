#include "imaging/dicom/codecs.h"
#include "imaging/dicom/codecs_jpeg2000_header.h"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace imaging::detail {

namespace {

using Bytes = std::span<const std::byte>;

struct Source
{
    Bytes data;
    std::size_t at = 0;
};

OPJ_SIZE_T readBytes(void* to, OPJ_SIZE_T count, void* user)
{
    auto& source = *static_cast<Source*>(user);
    const std::size_t available = std::min<std::size_t>(count, source.data.size() - source.at);
    if (available == 0)
        return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(to, source.data.data() + source.at, available);
    source.at += available;
    return available;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void* user)
{
    auto& source = *static_cast<Source*>(user);
    const auto left = static_cast<OPJ_OFF_T>(source.data.size() - source.at);
    if (count < 0 || left == 0)
        return -1;
    const OPJ_OFF_T skipped = std::min(count, left);
    source.at += static_cast<std::size_t>(skipped);
    return skipped;
}

OPJ_BOOL seekBytes(OPJ_OFF_T position, void* user)
{
    auto& source = *static_cast<Source*>(user);
    if (position < 0 || static_cast<std::size_t>(position) > source.data.size())
        return OPJ_FALSE;
    source.at = static_cast<std::size_t>(position);
    return OPJ_TRUE;
}

void ignoreMessage(const char*, void*) { }

void keepMessage(const char* message, void* user)
{
    auto& text = *static_cast<std::string*>(user);
    if (text.empty() && message)
        text.assign(message, strcspn(message, "\r\n"));
}

using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Stream openStream(Source& source)
{
    Stream stream(
        opj_stream_create(std::clamp<std::size_t>(source.data.size(), 64, 1 << 20), OPJ_TRUE), &opj_stream_destroy);
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), source.data.size());
    opj_stream_set_read_function(stream.get(), readBytes);
    opj_stream_set_skip_function(stream.get(), skipBytes);
    opj_stream_set_seek_function(stream.get(), seekBytes);
    return stream;
}

Image decodeCodestream(Bytes codestream, const std::string& path)
{
    std::string message;
    Source source{codestream};
    const Stream stream = openStream(source);
    const Codec codec(opj_create_decompress(OPJ_CODEC_J2K), &opj_destroy_codec);
    opj_set_info_handler(codec.get(), ignoreMessage, nullptr);
    opj_set_warning_handler(codec.get(), ignoreMessage, nullptr);
    opj_set_error_handler(codec.get(), keepMessage, &message);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);

    opj_image_t* raw = nullptr;
    bool good = opj_setup_decoder(codec.get(), &parameters) && opj_read_header(stream.get(), codec.get(), &raw);
    Image image(raw, &opj_image_destroy);
    good = good && opj_decode(codec.get(), stream.get(), image.get());
    if (!good)
        throwDamaged(path, "the JPEG 2000 decoder says \"" + message + "\"");
    return image;
}

void checkImage(const opj_image_t& image, const FrameTarget& target)
{
    const PixelLayout& layout = target.layout;
    if (image.numcomps != static_cast<OPJ_UINT32>(layout.samplesPerPixel))
        throwDamaged(target.path, "the JPEG 2000 data have another number of components than the header says");
    for (OPJ_UINT32 c = 0; c < image.numcomps; ++c) {
        const opj_image_comp_t& component = image.comps[c];
        if (component.w != static_cast<OPJ_UINT32>(layout.columns)
            || component.h != static_cast<OPJ_UINT32>(layout.rows) || !component.data)
            throwUnsupported(target.path, "JPEG 2000 components of different sizes are not supported");
        if (component.prec < 1 || component.prec > static_cast<OPJ_UINT32>(layout.bitsAllocated) || component.prec > 31)
            throwDamaged(target.path, "the JPEG 2000 data have more bits than the header allots");
    }
}

template <typename Sample> void storeComponents(const opj_image_t& image, const FrameTarget& target)
{
    auto* to = reinterpret_cast<Sample*>(target.samples.data());
    const std::size_t step = image.numcomps;
    for (OPJ_UINT32 c = 0; c < image.numcomps; ++c)
        for (std::size_t i = 0; i < target.pixels(); ++i)
            to[i * step + c] = static_cast<Sample>(image.comps[c].data[i]);
}

} // namespace

ColourModel decodeJpeg2000(const FrameTarget& target, Bytes data)
{
    const Bytes codestream = findCodestream(data, target.path);
    vetCodestream(codestream, target);
    const Image image = decodeCodestream(codestream, target.path);
    checkImage(*image, target);
    switch (decodedSampleBytes(target.layout)) {
    case 1:
        storeComponents<std::uint8_t>(*image, target);
        break;
    case 2:
        storeComponents<std::uint16_t>(*image, target);
        break;
    default:
        storeComponents<std::uint32_t>(*image, target);
    }
    // The codestream's own precision counts: headers are known to give other bits and another sign than were coded.
    const int bits = static_cast<int>(image->comps[0].prec);
    fitBits(target, bits, 0);
    return ColourModel::AsHeaderSays;
}

} // namespace imaging::detail
