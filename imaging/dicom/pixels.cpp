#include "imaging/dicom/pixels.h"

#include "imaging/dicom/codecs.h"
#include "imaging/dicom/codecs_jpeg_header.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <new>

namespace imaging {

namespace {

constexpr std::size_t kMaxFrameBytes = std::size_t{2} << 30;

enum class Codec { Native, Encapsulated, Rle, Jpeg, JpegLs, Jpeg2000 };

struct Syntax
{
    std::string_view uid;
    Codec codec;
};

// OpenJPEG 2.5 reads High-Throughput JPEG 2000, too.
constexpr std::array kSyntaxes{
    Syntax{transfer_syntax::kImplicitLittle, Codec::Native},
    Syntax{transfer_syntax::kExplicitLittle, Codec::Native},
    Syntax{transfer_syntax::kEncapsulatedLittle, Codec::Encapsulated},
    Syntax{transfer_syntax::kDeflated, Codec::Native},
    Syntax{transfer_syntax::kExplicitBig, Codec::Native},
    Syntax{transfer_syntax::kGePrivate, Codec::Native},
    Syntax{transfer_syntax::kRle, Codec::Rle},
    Syntax{transfer_syntax::kJpegBaseline, Codec::Jpeg},
    Syntax{transfer_syntax::kJpegExtended, Codec::Jpeg},
    Syntax{transfer_syntax::kJpegLossless, Codec::Jpeg},
    Syntax{transfer_syntax::kJpegLosslessFirstOrder, Codec::Jpeg},
    Syntax{transfer_syntax::kJpegLsLossless, Codec::JpegLs},
    Syntax{transfer_syntax::kJpegLsNearLossless, Codec::JpegLs},
    Syntax{transfer_syntax::kJpeg2000Lossless, Codec::Jpeg2000},
    Syntax{transfer_syntax::kJpeg2000, Codec::Jpeg2000},
    Syntax{transfer_syntax::kHighThroughputJpeg2000Lossless, Codec::Jpeg2000},
    Syntax{transfer_syntax::kHighThroughputJpeg2000LosslessRpcl, Codec::Jpeg2000},
    Syntax{transfer_syntax::kHighThroughputJpeg2000, Codec::Jpeg2000},
};

const Syntax* findSyntax(std::string_view uid)
{
    const auto* found = std::find_if(kSyntaxes.begin(), kSyntaxes.end(), [&](const Syntax& s) { return s.uid == uid; });
    return found == kSyntaxes.end() ? nullptr : found;
}

bool isOneOf(int value, std::initializer_list<int> allowed)
{
    return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

/// One span over a frame's bytes; several fragments are joined in `storage`.
std::span<const std::byte> contiguous(const EncodedFrame& frame, std::vector<std::byte>& storage)
{
    if (frame.fragments.size() == 1)
        return frame.fragments.front();
    for (const auto& fragment : frame.fragments)
        storage.insert(storage.end(), fragment.begin(), fragment.end());
    return storage;
}

/// What the bytes say they are, else what the transfer syntax says: files are known that name another compression than
/// they hold.
Codec codecOf(std::span<const std::byte> data, Codec declared, const detail::FrameTarget& target)
{
    const auto startsWith = [&](std::initializer_list<unsigned> start) {
        return data.size() >= start.size() && std::equal(start.begin(), start.end(), data.begin(), [](auto a, auto b) {
            return static_cast<std::byte>(a) == b;
        });
    };
    if (startsWith({0xFF, 0x4F, 0xFF, 0x51}) || startsWith({0, 0, 0, 0x0C, 'j', 'P', ' ', ' '}))
        return Codec::Jpeg2000;
    if (startsWith({0xFF, 0xD8, 0xFF}))
        return detail::parseJpegHeader(data, target.path).startOfFrame == 0xF7 ? Codec::JpegLs : Codec::Jpeg;
    // PS3.5 G.5: the number of segments, then where the first begins.
    const auto segments = static_cast<unsigned>(target.samples.size() / target.pixels());
    if (declared == Codec::Encapsulated && startsWith({segments, 0, 0, 0, 64, 0, 0, 0}))
        return Codec::Rle;
    return declared;
}

void decodeEncapsulated(Codec declared, const detail::FrameTarget& target, std::span<const std::byte> data)
{
    auto model = detail::ColourModel::AsHeaderSays;
    switch (codecOf(data, declared, target)) {
    case Codec::Native:
    case Codec::Encapsulated:
        detail::decodeNative(target, EncodedFrame{{data}, 0});
        break;
    case Codec::Rle:
        detail::decodeRle(target, data);
        break;
    case Codec::Jpeg:
        model = detail::decodeJpeg(target, data);
        break;
    case Codec::JpegLs:
        model = detail::decodeJpegLs(target, data);
        break;
    case Codec::Jpeg2000:
        model = detail::decodeJpeg2000(target, data);
    }
    detail::convertToRgb(target, model);
}

} // namespace

bool isEncapsulated(std::string_view transferSyntaxUid)
{
    const Syntax* syntax = findSyntax(transferSyntaxUid);
    return syntax ? syntax->codec != Codec::Native : transferSyntaxUid.starts_with(transfer_syntax::kCompressedRoot);
}

bool canDecode(std::string_view transferSyntaxUid)
{
    return findSyntax(transferSyntaxUid) != nullptr;
}

void checkPixelLayout(const PixelLayout& layout, const std::string& path)
{
    const auto number = [](int value) { return std::to_string(value); };
    if (layout.columns < 1 || layout.rows < 1 || layout.columns > 65535 || layout.rows > 65535)
        detail::throwDamaged(
            path, "its size of " + number(layout.columns) + " x " + number(layout.rows) + " is not a picture");
    if (layout.frames < 1)
        detail::throwDamaged(path, "it says it has " + number(layout.frames) + " frames");
    if (!isOneOf(layout.samplesPerPixel, {1, 3}))
        detail::throwUnsupported(path, number(layout.samplesPerPixel) + " samples per pixel are not supported");
    if (!isOneOf(layout.bitsAllocated, {1, 8, 16, 24, 32, 64}))
        detail::throwUnsupported(path, number(layout.bitsAllocated) + " bits allocated per sample are not supported");
    if (layout.bitsStored < 1 || layout.bitsStored > layout.bitsAllocated)
        detail::throwDamaged(path,
            number(layout.bitsStored) + " bits stored do not fit in " + number(layout.bitsAllocated) + " allocated");
    if (layout.isFloat && (layout.bitsAllocated < 32 || isEncapsulated(layout.transferSyntaxUid)))
        detail::throwDamaged(path, "floating point samples must be uncompressed and have 32 or 64 bits");
    if (layout.samplesPerPixel == 3 && (layout.isFloat || layout.bitsAllocated > 32))
        detail::throwUnsupported(path, "colours of 64 bits or in floating point are not supported");
    if (layout.bitsAllocated > 32 && isEncapsulated(layout.transferSyntaxUid))
        detail::throwUnsupported(path, "compressed samples of 64 bits are not supported");
    if (decodedFrameBytes(layout) > kMaxFrameBytes)
        detail::throwUnsupported(path,
            "one frame of " + number(layout.columns) + " x " + number(layout.rows)
                + " would need more than 2 GiB of memory");
}

int decodedSampleBytes(const PixelLayout& layout)
{
    if (layout.bitsAllocated <= 8)
        return 1;
    return layout.bitsAllocated <= 16 ? 2 : (layout.bitsAllocated <= 32 ? 4 : 8);
}

std::size_t decodedFrameBytes(const PixelLayout& layout)
{
    return static_cast<std::size_t>(layout.columns) * static_cast<std::size_t>(layout.rows)
        * static_cast<std::size_t>(layout.samplesPerPixel) * static_cast<std::size_t>(decodedSampleBytes(layout));
}

void decodeFrame(
    const PixelLayout& layout, const EncodedFrame& frame, std::span<std::byte> destination, const std::string& path)
{
    checkPixelLayout(layout, path);
    const Syntax* syntax = findSyntax(layout.transferSyntaxUid);
    if (!syntax)
        detail::throwUnsupported(path, "the transfer syntax '" + layout.transferSyntaxUid + "' is not supported");
    if (destination.size() != decodedFrameBytes(layout))
        throw Error(ErrorKind::Internal, "The buffer for a frame of '" + path + "' has the wrong size.", path);

    const detail::FrameTarget target{layout, destination, path};
    try {
        if (syntax->codec == Codec::Native) {
            detail::decodeNative(target, frame);
            detail::convertToRgb(target, detail::ColourModel::AsHeaderSays);
            return;
        }
        std::vector<std::byte> joined;
        decodeEncapsulated(syntax->codec, target, contiguous(frame, joined));
    } catch (const std::bad_alloc&) {
        detail::throwUnsupported(path, "there is not enough memory for it");
    }
}

namespace detail {

void throwDamaged(const std::string& path, const std::string& reason)
{
    throw Error(ErrorKind::InvalidInput, "The pixel data of '" + path + "' cannot be decoded: " + reason + ".", path);
}

void throwUnsupported(const std::string& path, const std::string& reason)
{
    throw Error(ErrorKind::Unsupported, "The pixel data of '" + path + "' cannot be decoded: " + reason + ".", path);
}

} // namespace detail

} // namespace imaging
