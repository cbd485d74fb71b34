#include "annotations/seg/reader.h"

#include "annotations/seg/bits.h"
#include "annotations/seg/seg_header.h"
#include "annotations/seg/seg_tags.h"
#include "imaging/dicom/frame_source.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace annotations {

namespace {

imaging::DicomHeader headerOf(
    const std::filesystem::path& path, imaging::PrescanExtent extent, const SegRefusal& refusal)
{
    std::error_code missing;
    if (!std::filesystem::exists(path, missing))
        refusal.fail(imaging::ErrorKind::NotFound, "there is no such file.");
    auto header = imaging::prescanFile(path, extent);
    if (!header)
        refusal.invalid("it is not DICOM.");
    const std::string_view sopClass = header->root().rawText(imaging::tags::kSopClassUid);
    if (!imaging::isSegmentation(sopClass))
        refusal.invalid("it is another kind of DICOM object (not a Segmentation).");
    return *std::move(header);
}

/// Pixels that are not compressed are there before memory is taken for them; a few compressed bytes could claim any
/// number.
void checkSize(const imaging::DicomHeader& header, const SegObject& object, std::size_t frames,
    const SegRefusal& refusal)
{
    constexpr std::uint64_t kMostLabels = std::uint64_t{1} << 29U; // 1 GB of values.
    constexpr std::uint64_t kMostCompressed = std::uint64_t{1} << 31U;
    if (!header.pixels)
        refusal.invalid("it has no pixels.");
    const std::uint64_t pixels = std::uint64_t{frames} * object.framePixels();
    const auto bits =
        static_cast<std::uint64_t>(header.root().integer(imaging::tags::kBitsAllocated).value_or(8));
    const std::uint64_t needed = (pixels * bits + 7) / 8;
    if (!header.pixels->encapsulated && header.pixels->length < needed)
        refusal.invalid("its pixels are " + std::to_string(header.pixels->length)
            + " bytes long, but its frames need " + std::to_string(needed) + ".");
    const bool tooMany = (object.type() == SegType::LabelMap && pixels > kMostLabels)
        || (header.pixels->encapsulated && pixels > kMostCompressed);
    if (tooMany)
        refusal.unsupported("its " + std::to_string(frames) + " frames hold more pixels than fit into memory.");
}

/// Single bits as they are packed in the file; nothing when they have to be decoded.
bool takePackedBits(const imaging::ImageDescription& image, std::vector<SegFrame>& frames, SegObject& object)
{
    const imaging::PixelLayout& layout = image.layout;
    if (layout.bitsAllocated != 1 || image.pixels.encapsulated
        || layout.transferSyntaxUid == imaging::transfer_syntax::kExplicitBig)
        return false;
    const auto value = imaging::FrameSource(image).storedValue();
    std::vector<std::uint8_t> bytes(value.size());
    std::memcpy(bytes.data(), value.data(), value.size());
    object.setFrames(std::move(frames), std::move(bytes));
    return true;
}

void decodeBits(const imaging::FrameSource& source, std::vector<SegFrame>& frames, SegObject& object)
{
    std::vector<std::uint8_t> values(object.framePixels());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        source.read(static_cast<int>(i), std::as_writable_bytes(std::span(values)));
        object.addFrame(std::move(frames[i]), values);
    }
}

void decodeFractions(const imaging::FrameSource& source, std::vector<SegFrame>& frames, SegObject& object)
{
    std::vector<std::uint8_t> values(frames.size() * object.framePixels());
    for (std::size_t i = 0; i < frames.size(); ++i)
        source.read(static_cast<int>(i),
            std::as_writable_bytes(std::span(values).subspan(i * object.framePixels(), object.framePixels())));
    object.setFrames(std::move(frames), std::move(values));
}

/// Which voxel value each stored one becomes: that of its segment, 0 for the background.
class LabelValues
{
public:
    LabelValues(const SegObject& object, const SegmentIndices& segments, int background, const SegRefusal& refusal)
        : m_refusal(refusal)
    {
        m_values[static_cast<std::size_t>(background)] = 0;
        for (const auto& [number, index] : segments)
            m_values[static_cast<std::size_t>(number)] = object.segments[static_cast<std::size_t>(index) - 1].value;
    }

    std::uint16_t operator()(std::uint16_t stored) const
    {
        const int value = m_values[stored];
        if (value < 0)
            m_refusal.invalid(
                "a frame belongs to segment " + std::to_string(stored) + ", which is not described.");
        return static_cast<std::uint16_t>(value);
    }

private:
    const SegRefusal& m_refusal;
    std::vector<int> m_values = std::vector<int>(65536, -1);
};

template <typename Stored>
void decodeLabels(const imaging::FrameSource& source, std::vector<SegFrame>& frames, const LabelValues& values,
    SegObject& object)
{
    LabelMap::Voxels labels(frames.size() * object.framePixels());
    std::vector<Stored> stored(object.framePixels());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        source.read(static_cast<int>(i), std::as_writable_bytes(std::span(stored)));
        const auto plane = std::span(labels).subspan(i * stored.size(), stored.size());
        for (std::size_t k = 0; k < stored.size(); ++k) {
            // Pages of the background are never touched: they take no memory.
            if (const std::uint16_t value = values(stored[k]); value != 0)
                plane[k] = value;
        }
    }
    object.setLabels(std::move(frames), std::move(labels));
}

void readPixels(const imaging::DicomHeader& header, std::vector<SegFrame> frames, const SegmentIndices& segments,
    SegObject& object, const SegRefusal& refusal)
{
    checkSize(header, object, frames.size(), refusal);
    const imaging::ImageDescription image = imaging::describeImage(header);
    if (takePackedBits(image, frames, object))
        return;
    const imaging::FrameSource source(image);
    if (object.type() == SegType::Binary)
        return decodeBits(source, frames, object);
    if (object.type() != SegType::LabelMap)
        return decodeFractions(source, frames, object);
    const LabelValues values(object, segments, backgroundOf(header), refusal);
    if (image.layout.bitsAllocated == 8)
        decodeLabels<std::uint8_t>(source, frames, values, object);
    else
        decodeLabels<std::uint16_t>(source, frames, values, object);
}

} // namespace

SegObject readSeg(const std::filesystem::path& path)
{
    const SegRefusal refusal(path);
    const imaging::DicomHeader header = headerOf(path, imaging::PrescanExtent::WholeFile, refusal);
    SegmentIndices segments;
    SegObject object = segObjectOf(header, segments, refusal);
    std::vector<SegFrame> frames = segFramesOf(header, segments, object, refusal);
    readPixels(header, std::move(frames), segments, object, refusal);
    return object;
}

SegObject describeSeg(const std::filesystem::path& path)
{
    const SegRefusal refusal(path);
    SegmentIndices segments;
    return segObjectOf(headerOf(path, imaging::PrescanExtent::UpToPixels, refusal), segments, refusal);
}

} // namespace annotations
