#include "imaging/dicom/codecs.h"

#include <algorithm>
#include <cstring>

namespace imaging {

namespace {

using Bytes = std::span<const std::byte>;

/// A compressed file may claim at most this many times its own size once decoded, beyond what any file may claim.
constexpr std::size_t kMaxRatio = 1000;
constexpr std::size_t kAlwaysAllowedBytes = std::size_t{512} << 20;

std::uint32_t little32(Bytes bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
    return value;
}

struct Fragments
{
    Bytes offsetTable;
    std::vector<Bytes> items;
    std::vector<std::uint64_t> positions; ///< Of each item's tag, from the first item after the offset table.
};

/// PS3.5 A.4: items (FFFE,E000) until (FFFE,E0DD) or the end.
Fragments parseItems(Bytes value, const std::string& path)
{
    constexpr std::uint32_t kItem = 0xE000FFFE;
    constexpr std::uint32_t kDelimiter = 0xE0DDFFFE;
    Fragments result;
    std::size_t at = 0;
    std::size_t first = 0;
    bool seenTable = false;
    while (value.size() - at >= 8) {
        const std::uint32_t tag = little32(value, at);
        const std::size_t length = little32(value, at + 4);
        if (tag == kDelimiter)
            break;
        if (tag != kItem)
            detail::throwDamaged(path, "an item tag is missing between the fragments");
        if (length > value.size() - at - 8)
            detail::throwDamaged(path, "a fragment is longer than the file");
        const Bytes content = value.subspan(at + 8, length);
        if (seenTable) {
            result.items.push_back(content);
            result.positions.push_back(at - first);
        } else {
            result.offsetTable = content;
            first = at + 8 + length;
            seenTable = true;
        }
        at += 8 + length;
    }
    return result;
}

std::vector<std::uint64_t> basicOffsets(Bytes table)
{
    std::vector<std::uint64_t> offsets;
    for (std::size_t at = 0; at + 4 <= table.size(); at += 4)
        offsets.push_back(little32(table, at));
    return offsets;
}

/// Frames from the positions where they begin; empty when the positions do not point at fragments in rising order.
std::vector<EncodedFrame> groupByOffsets(const Fragments& fragments, std::span<const std::uint64_t> offsets)
{
    std::vector<std::size_t> starts;
    for (const std::uint64_t offset : offsets) {
        const auto found = std::lower_bound(fragments.positions.begin(), fragments.positions.end(), offset);
        const auto index = static_cast<std::size_t>(found - fragments.positions.begin());
        if (found == fragments.positions.end() || *found != offset || (!starts.empty() && index <= starts.back()))
            return {};
        starts.push_back(index);
    }
    if (starts.empty() || starts.front() != 0)
        return {};
    starts.push_back(fragments.items.size());
    std::vector<EncodedFrame> frames(offsets.size());
    for (std::size_t f = 0; f < frames.size(); ++f)
        frames[f].fragments.assign(fragments.items.begin() + static_cast<std::ptrdiff_t>(starts[f]),
            fragments.items.begin() + static_cast<std::ptrdiff_t>(starts[f + 1]));
    return frames;
}

/// Whether a JPEG, JPEG-LS or JPEG 2000 stream ends in this fragment: all three end with FF D9, then padding.
bool endsStream(Bytes fragment)
{
    const std::size_t tail = std::min<std::size_t>(fragment.size(), 10);
    for (std::size_t i = fragment.size() - tail; i + 1 < fragment.size(); ++i)
        if (fragment[i] == std::byte{0xFF} && fragment[i + 1] == std::byte{0xD9})
            return true;
    return false;
}

std::vector<EncodedFrame> groupByEndMarkers(const Fragments& fragments)
{
    std::vector<EncodedFrame> frames;
    bool open = false;
    for (const Bytes item : fragments.items) {
        if (!open)
            frames.emplace_back();
        frames.back().fragments.push_back(item);
        open = !endsStream(item);
    }
    return frames;
}

std::vector<EncodedFrame> splitEncapsulated(
    const PixelLayout& layout, Bytes value, ExtendedOffsets extended, const std::string& path)
{
    const Fragments fragments = parseItems(value, path);
    const auto wanted = static_cast<std::size_t>(layout.frames);
    if (fragments.items.size() < wanted)
        detail::throwDamaged(path,
            "it has " + std::to_string(fragments.items.size()) + " fragments for " + std::to_string(wanted)
                + " frames");
    const std::size_t decoded = decodedFrameBytes(layout);
    if (wanted > std::max(kAlwaysAllowedBytes, kMaxRatio * value.size()) / decoded)
        detail::throwDamaged(path, "its size and number of frames cannot be true for so few bytes");
    if (wanted == 1)
        return {EncodedFrame{fragments.items, 0}};
    if (fragments.items.size() == wanted) {
        std::vector<EncodedFrame> frames;
        for (const Bytes item : fragments.items)
            frames.push_back(EncodedFrame{{item}, 0});
        return frames;
    }
    const auto table = basicOffsets(fragments.offsetTable);
    for (const std::span<const std::uint64_t> offsets : {extended.offsets, std::span<const std::uint64_t>(table)})
        if (offsets.size() == wanted)
            if (auto frames = groupByOffsets(fragments, offsets); frames.size() == wanted)
                return frames;
    auto frames = groupByEndMarkers(fragments);
    if (frames.size() != wanted)
        detail::throwDamaged(path,
            "its " + std::to_string(fragments.items.size()) + " fragments cannot be told apart into "
                + std::to_string(wanted) + " frames");
    return frames;
}

std::vector<EncodedFrame> splitNative(const PixelLayout& layout, Bytes value, const std::string& path)
{
    const auto wanted = static_cast<std::size_t>(layout.frames);
    std::size_t bits = detail::nativeFrameBits(layout);
    // Some writers store YBR_FULL_422 without leaving out any chroma sample.
    const std::size_t fullBits =
        detail::FrameTarget{layout, {}, path}.count() * static_cast<std::size_t>(layout.bitsAllocated);
    if (fullBits > bits && value.size() / wanted >= fullBits / 8)
        bits = fullBits;
    if (value.size() / wanted < bits / 8 || value.size() < (wanted * bits + 7) / 8)
        detail::throwDamaged(path,
            "it holds " + std::to_string(value.size()) + " bytes where its size and number of frames need "
                + std::to_string((wanted * bits + 7) / 8));

    // OW values of big endian files are words: a frame is cut at whole words, so that they can be swapped.
    const bool words = layout.storedAsWords && layout.bitsAllocated <= 8;
    const std::size_t unit = words ? 16 : 8;
    std::vector<EncodedFrame> frames(wanted);
    for (std::size_t f = 0; f < wanted; ++f) {
        const std::size_t begin = f * bits / unit * unit;
        const std::size_t end = std::min((f * bits + bits + unit - 1) / unit * unit, value.size() * 8);
        frames[f].fragments = {value.subspan(begin / 8, (end - begin) / 8)};
        frames[f].firstBit = static_cast<int>(f * bits - begin);
    }
    return frames;
}

} // namespace

std::vector<EncodedFrame> splitFrames(
    const PixelLayout& layout, Bytes value, ExtendedOffsets extended, const std::string& path)
{
    checkPixelLayout(layout, path);
    return isEncapsulated(layout.transferSyntaxUid) ? splitEncapsulated(layout, value, extended, path)
                                                    : splitNative(layout, value, path);
}

} // namespace imaging
