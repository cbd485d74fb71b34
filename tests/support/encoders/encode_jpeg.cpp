#include "tests/support/encoders/encoders.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmjpeg/djcparam.h>
#include <dcmtk/dcmjpeg/djeijg12.h>
#include <dcmtk/dcmjpeg/djeijg16.h>
#include <dcmtk/dcmjpeg/djeijg8.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace encoders {

namespace {

constexpr int kQuality = 95;

std::unique_ptr<DJEncoder> makeEncoder(const DJCodecParameter& parameter, JpegKind kind, int bits)
{
    if (kind == JpegKind::Baseline)
        return std::make_unique<DJCompressIJG8Bit>(parameter, EJM_baseline, Uint8{kQuality});
    if (kind == JpegKind::Extended)
        return std::make_unique<DJCompressIJG12Bit>(parameter, EJM_sequential, Uint8{kQuality});
    const int predictor = kind == JpegKind::LosslessFirstOrder ? 1 : 6;
    if (bits <= 8)
        return std::make_unique<DJCompressIJG8Bit>(parameter, EJM_lossless, predictor, 0);
    if (bits <= 12)
        return std::make_unique<DJCompressIJG12Bit>(parameter, EJM_lossless, predictor, 0);
    return std::make_unique<DJCompressIJG16Bit>(parameter, EJM_lossless, predictor, 0);
}

} // namespace

Bytes encodeJpeg(const imaging::PixelLayout& layout, std::span<const std::byte> samples, JpegKind kind)
{
    const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_default, EPC_default);
    const bool bytes = imaging::decodedSampleBytes(layout) == 1;
    const auto encoder = makeEncoder(parameter, kind, bytes ? 8 : std::max(layout.bitsStored, 9));
    const auto columns = static_cast<Uint16>(layout.columns);
    const auto rows = static_cast<Uint16>(layout.rows);
    const auto components = static_cast<Uint16>(layout.samplesPerPixel);
    const auto model = layout.samplesPerPixel == 1 ? EPI_Monochrome2 : EPI_RGB;
    Bytes copy(samples.begin(), samples.end());
    if (!bytes) // Sign bits above the precision must not reach the encoder.
        for (std::size_t i = 0; i < copy.size() / 2; ++i)
            reinterpret_cast<Uint16*>(copy.data())[i] &= static_cast<Uint16>((1U << layout.bitsStored) - 1);
    Uint8* stream = nullptr;
    Uint32 length = 0;
    OFCondition status;
    if (bytes)
        status =
            encoder->encode(columns, rows, model, components, reinterpret_cast<Uint8*>(copy.data()), stream, length);
    else
        status =
            encoder->encode(columns, rows, model, components, reinterpret_cast<Uint16*>(copy.data()), stream, length);
    const std::unique_ptr<Uint8[]> owner(stream);
    if (status.bad())
        throw std::runtime_error(status.text());
    const auto* begin = reinterpret_cast<const std::byte*>(stream);
    return Bytes(begin, begin + length);
}

} // namespace encoders
