#pragma once

#include "imaging/dicom/pixels.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Encoders for tests and benchmarks: frames go in as decodeFrame() would give them (interleaved, right aligned, this
/// machine's byte order), streams come out. They throw std::runtime_error when the library behind them refuses.
namespace encoders {

using Bytes = std::vector<std::byte>;

/// Samples for a layout: smooth with some noise, over the whole range of bitsStored; the same for the same seed.
Bytes makeSamples(const imaging::PixelLayout& layout, unsigned seed);

/// PS3.5 annex G.
Bytes encodeRle(const imaging::PixelLayout& layout, std::span<const std::byte> samples);

enum class Interleave { None, Line, Sample };

/// `precision` bits a sample; errors up to `nearLossless`.
Bytes encodeJpegLs(const imaging::PixelLayout& layout, std::span<const std::byte> samples, int precision,
    Interleave mode, int nearLossless);

enum class JpegKind { Baseline, Extended, Lossless, LosslessFirstOrder };

/// With DCMTK. Colour components are written as they are.
Bytes encodeJpeg(const imaging::PixelLayout& layout, std::span<const std::byte> samples, JpegKind kind);

struct Jpeg2000Options
{
    int precision = 16;
    bool codestreamSigned = false;
    bool colourTransform = false;
    bool lossless = true;
    int tileSize = 0;
};

Bytes encodeJpeg2000(
    const imaging::PixelLayout& layout, std::span<const std::byte> samples, const Jpeg2000Options& options);

/// The value of an encapsulated pixel data element: offset table (empty when `offsets` is), fragments, delimiter.
Bytes encapsulate(const std::vector<Bytes>& fragments, const std::vector<std::uint32_t>& offsets = {});

} // namespace encoders
