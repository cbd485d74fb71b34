#include "imaging/dicom/copies.h"

#include "imaging/dicom/frame_source.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/stack_geometry.h"
#include "imaging/dicom/voxel_convert.h"
#include "imaging/error.h"

#include <algorithm>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace imaging {

namespace {

bool samePlace(const ScannedFile& a, const ScannedFile& b)
{
    const auto same = [](const FrameGeometry& one, const FrameGeometry& other) {
        const auto where = parsePosition(one.position);
        const auto there = parsePosition(other.position);
        const auto plane = parseOrientation(one.orientation);
        const auto tilt = parseOrientation(other.orientation);
        const bool samePlane = plane.has_value() == tilt.has_value() && (!plane || sameOrientation(*plane, *tilt));
        return where == there && samePlane;
    };
    return std::equal(a.frames.begin(), a.frames.end(), b.frames.begin(), b.frames.end(), same);
}

/// Nothing when the file cannot be described (any more).
std::optional<ImageDescription> described(const ScannedFile& scanned)
{
    const auto header = prescanFile(scanned.file.path, PrescanExtent::UpToPixels);
    return header && header->pixels ? std::optional(describeImage(*header)) : std::nullopt;
}

/// The frames of a picture one after the other as voxels of one type, whatever their encoding.
class VoxelFrames
{
public:
    VoxelFrames(const ImageDescription& image, VoxelType type, int components)
        : m_image(image)
        , m_source(image)
        , m_type(type)
        , m_samples(decodedFrameBytes(image.layout))
        , m_voxels(static_cast<std::size_t>(image.layout.columns) * static_cast<std::size_t>(image.layout.rows)
              * static_cast<std::size_t>(components) * bytesOf(type))
    {
    }

    const std::vector<std::byte>& read(int frame)
    {
        m_source.read(frame, m_samples);
        convertFrame(m_image, frame, m_samples, m_type, m_voxels);
        return m_voxels;
    }

private:
    const ImageDescription& m_image;
    FrameSource m_source;
    VoxelType m_type;
    std::vector<std::byte> m_samples;
    std::vector<std::byte> m_voxels;
};

bool sameFrames(const ImageDescription& a, const ImageDescription& b)
{
    const VoxelChoice choice = chooseVoxelType({a, b});
    const VoxelType type = choice.mayOverflow ? choice.wider : choice.type;
    VoxelFrames one(a, type, choice.components);
    VoxelFrames other(b, type, choice.components);
    for (int frame = 0; frame < a.layout.frames; ++frame) {
        if (one.read(frame) != other.read(frame))
            return false;
    }
    return true;
}

bool samePixels(const ScannedFile& a, const ScannedFile& b)
{
    try {
        const auto one = described(a);
        const auto other = described(b);
        if (!one || !other)
            return false;
        const PixelLayout& first = one->layout;
        const PixelLayout& second = other->layout;
        return first.columns == second.columns && first.rows == second.rows && first.frames == second.frames
            && first.samplesPerPixel == second.samplesPerPixel && first.isFloat == second.isFloat
            && one->palette.size() == other->palette.size() && sameFrames(*one, *other);
    } catch (const Error&) {
        return false; // Reading the series says what is wrong.
    } catch (const std::bad_alloc&) {
        return false;
    }
}

bool isCopy(const ScannedFile& a, const ScannedFile& b)
{
    if (!a.hasPictures || !b.hasPictures)
        return true;
    return samePlace(a, b) && samePixels(a, b);
}

} // namespace

SharedUids dropCopies(std::vector<ScannedFile>& group)
{
    SharedUids result;
    std::map<std::string, std::vector<std::size_t>> keptByUid;
    std::vector<ScannedFile> kept;
    for (ScannedFile& file : group) {
        auto& others = keptByUid[file.file.sopInstanceUid];
        const bool shared = !file.file.sopInstanceUid.empty() && !others.empty();
        if (shared && std::any_of(others.begin(), others.end(), [&](std::size_t i) { return isCopy(kept[i], file); })) {
            ++result.leftOut;
            continue;
        }
        result.kept += shared ? 1 : 0;
        others.push_back(kept.size());
        kept.push_back(std::move(file));
    }
    group = std::move(kept);
    return result;
}

} // namespace imaging
