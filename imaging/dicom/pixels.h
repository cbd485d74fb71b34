#pragma once

#include "imaging/dicom/transfer_syntaxes.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace imaging {

/// How the samples of a DICOM picture are stored: the attributes of PS3.3 C.7.6.3 and the transfer syntax. Plain
/// numbers as the header gives them; checkPixelLayout() says whether they make sense.
///
///     const auto frames = splitFrames(layout, value, {}, path);
///     std::vector<std::byte> samples(decodedFrameBytes(layout));
///     decodeFrame(layout, frames.at(0), samples, path);
struct PixelLayout
{
    int columns = 0;
    int rows = 0;
    int samplesPerPixel = 1;
    int bitsAllocated = 16; ///< 1, 8, 16, 24, 32 or 64.
    int bitsStored = 16;
    int highBit = 15; ///< Ignored where it contradicts the two above, as other readers do.
    bool isSigned = false;
    bool isFloat = false; ///< Float or Double Float Pixel Data, (7FE0,0008) or (7FE0,0009): uncompressed only.
    std::string photometric = "MONOCHROME2"; ///< (0028,0004) without padding.
    int planarConfiguration = 0;
    int frames = 1;
    std::string transferSyntaxUid{transfer_syntax::kExplicitLittle};
    /// False when (7FE0,0010) has VR OB: in big endian syntaxes OW values are swapped word by word, OB values are not.
    bool storedAsWords = true;
};

/// The bytes of one frame as stored: one span for native frames, one or more fragments for compressed ones. Points into
/// the caller's buffer.
struct EncodedFrame
{
    std::vector<std::span<const std::byte>> fragments;
    int firstBit =
        0; ///< Bits of the first byte(s) that belong to the frame before: native 1-bit and odd big endian frames.
};

/// (7FE0,0001) and (7FE0,0002); both empty when absent, else of the same length.
struct ExtendedOffsets
{
    std::span<const std::uint64_t> offsets;
    std::span<const std::uint64_t> lengths;
};

/// Whether pixels in this syntax are encapsulated in fragments.
bool isEncapsulated(std::string_view transferSyntaxUid);

/// Whether decodeFrame() has a decoder for this transfer syntax.
bool canDecode(std::string_view transferSyntaxUid);

/// Throws Error(InvalidInput|Unsupported) naming `path` when the numbers contradict each other or PS3.3, or when one
/// frame would need more than 2 GiB. Called by splitFrames() and decodeFrame(); call it before allocating.
void checkPixelLayout(const PixelLayout& layout, const std::string& path);

/// Bytes of one decoded sample: 1, 2, 4 or 8 (bitsAllocated rounded up; 1 for 1-bit pictures).
int decodedSampleBytes(const PixelLayout& layout);

/// Bytes of one decoded frame: rows x columns x samplesPerPixel x decodedSampleBytes().
std::size_t decodedFrameBytes(const PixelLayout& layout);

/// Cuts the value of the pixel data element into frames without copying. `value` is what follows the element's length:
/// for encapsulated syntaxes the items, beginning with the Basic Offset Table (a sequence delimiter at the end may be
/// there or not); otherwise the samples. Throws Error(InvalidInput) when a length runs past the end or frames are
/// missing.
std::vector<EncodedFrame> splitFrames(
    const PixelLayout& layout, std::span<const std::byte> value, ExtendedOffsets extended, const std::string& path);

/// Decodes one frame into native samples in this machine's byte order: right aligned, bits outside bitsStored cleared
/// or sign extended, row by row, colour interleaved and brought to RGB (palette indices and grey values are left as
/// they are; 1-bit samples become bytes 0 and 1). `destination` has decodedFrameBytes(layout) bytes. Thread-safe. Never
/// reads outside the frame and never allocates more than a few times the destination, whatever the bytes are. Throws
/// Error(InvalidInput) for damaged data, Error(Unsupported) for syntaxes without a decoder; both name `path`.
void decodeFrame(
    const PixelLayout& layout, const EncodedFrame& frame, std::span<std::byte> destination, const std::string& path);

} // namespace imaging
