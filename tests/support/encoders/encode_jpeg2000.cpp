#include "tests/support/encoders/encoders.h"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace encoders {

namespace {

struct Sink
{
    Bytes data;
    std::size_t at = 0;
};

OPJ_SIZE_T writeBytes(void* from, OPJ_SIZE_T count, void* user)
{
    auto& sink = *static_cast<Sink*>(user);
    if (count == 0)
        return 0;
    sink.data.resize(std::max<std::size_t>(sink.data.size(), sink.at + count));
    std::memcpy(&sink.data[sink.at], from, count);
    sink.at += count;
    return count;
}

OPJ_OFF_T skipBytes(OPJ_OFF_T count, void* user)
{
    static_cast<Sink*>(user)->at += static_cast<std::size_t>(count);
    return count;
}

OPJ_BOOL seekBytes(OPJ_OFF_T position, void* user)
{
    static_cast<Sink*>(user)->at = static_cast<std::size_t>(position);
    return OPJ_TRUE;
}

using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Image makeImage(const imaging::PixelLayout& layout, std::span<const std::byte> samples, const Jpeg2000Options& options)
{
    std::vector<opj_image_cmptparm_t> components(static_cast<std::size_t>(layout.samplesPerPixel));
    for (auto& component : components) {
        component = {};
        component.dx = component.dy = 1;
        component.w = static_cast<OPJ_UINT32>(layout.columns);
        component.h = static_cast<OPJ_UINT32>(layout.rows);
        component.prec = static_cast<OPJ_UINT32>(options.precision);
        component.sgnd = options.codestreamSigned ? 1 : 0;
    }
    const auto space = components.size() == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB;
    Image image(
        opj_image_create(static_cast<OPJ_UINT32>(components.size()), components.data(), space), &opj_image_destroy);
    image->x1 = static_cast<OPJ_UINT32>(layout.columns);
    image->y1 = static_cast<OPJ_UINT32>(layout.rows);
    const auto size = static_cast<std::size_t>(imaging::decodedSampleBytes(layout));
    for (std::size_t i = 0; i * size < samples.size(); ++i) {
        std::uint32_t value = 0;
        std::memcpy(&value, &samples[i * size], std::min<std::size_t>(size, 4));
        const int shift = 32 - options.precision;
        const auto top = static_cast<std::int32_t>(value << shift);
        image->comps[i % components.size()].data[i / components.size()] =
            options.codestreamSigned ? top >> shift : static_cast<OPJ_INT32>(static_cast<std::uint32_t>(top) >> shift);
    }
    return image;
}

} // namespace

Bytes encodeJpeg2000(
    const imaging::PixelLayout& layout, std::span<const std::byte> samples, const Jpeg2000Options& options)
{
    const Image image = makeImage(layout, samples, options);
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.tcp_numlayers = 1;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_rates[0] = options.lossless ? 0.0F : 10.0F;
    parameters.irreversible = options.lossless ? 0 : 1;
    parameters.tcp_mct = options.colourTransform ? 1 : 0;
    parameters.numresolution = std::min(layout.columns, layout.rows) < 64 ? 2 : 6;
    parameters.tile_size_on = options.tileSize > 0 ? OPJ_TRUE : OPJ_FALSE;
    parameters.cp_tdx = parameters.cp_tdy = options.tileSize;

    Sink sink;
    const std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)> codec(
        opj_create_compress(OPJ_CODEC_J2K), &opj_destroy_codec);
    const std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)> stream(
        opj_stream_create(1 << 16, OPJ_FALSE), &opj_stream_destroy);
    opj_stream_set_user_data(stream.get(), &sink, nullptr);
    opj_stream_set_write_function(stream.get(), writeBytes);
    opj_stream_set_skip_function(stream.get(), skipBytes);
    opj_stream_set_seek_function(stream.get(), seekBytes);
    if (!opj_setup_encoder(codec.get(), &parameters, image.get())
        || !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get())
        || !opj_end_compress(codec.get(), stream.get()))
        throw std::runtime_error("OpenJPEG cannot encode");
    return sink.data;
}

} // namespace encoders
