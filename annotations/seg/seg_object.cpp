#include "annotations/seg/seg_object.h"

#include "annotations/seg/bits.h"
#include "annotations/seg/plane_key.h"
#include "imaging/error.h"

#include <algorithm>
#include <map>
#include <utility>

namespace annotations {

std::string planeKey(const SegFrame& frame)
{
    if (frame.slice >= 0)
        return std::to_string(frame.slice) + "#";
    if (!frame.position.empty())
        return frame.position;
    return frame.sourceSopInstanceUid + "#" + std::to_string(frame.sourceFrame);
}

SegObject::SegObject(SegType type, int columns, int rows)
    : m_type(type)
    , m_columns(columns)
    , m_rows(rows)
{
    if (columns <= 0 || rows <= 0 || columns > 65535 || rows > 65535)
        throw imaging::Error(
            imaging::ErrorKind::InvalidInput, "A DICOM segmentation needs 1 to 65535 columns and rows.");
}

void SegObject::addFrame(SegFrame frame, std::span<const std::uint8_t> values)
{
    if (values.size() != framePixels())
        throw imaging::Error(imaging::ErrorKind::Internal, "A frame does not have the segmentation's size.");
    if (m_type == SegType::Binary) {
        const std::size_t firstBit = m_frames.size() * framePixels();
        m_pixels.resize(packedBytes(firstBit + framePixels()));
        packBits(values, firstBit, m_pixels);
    } else {
        m_pixels.insert(m_pixels.end(), values.begin(), values.end());
    }
    m_frames.push_back(std::move(frame));
}

bool SegObject::addFrame(SegFrame frame, std::span<const std::uint16_t> labels, std::uint16_t value)
{
    if (labels.size() != framePixels() || m_type != SegType::Binary)
        throw imaging::Error(imaging::ErrorKind::Internal, "A frame does not fit the segmentation.");
    const std::size_t firstBit = m_frames.size() * framePixels();
    m_pixels.resize(packedBytes(firstBit + framePixels()));
    if (packLabel(labels, value, firstBit, m_pixels) == 0) {
        m_pixels.resize(packedBytes(firstBit));
        return false;
    }
    m_frames.push_back(std::move(frame));
    return true;
}

void SegObject::setFrames(std::vector<SegFrame> frames, std::vector<std::uint8_t> pixels)
{
    const std::size_t values = frames.size() * framePixels();
    const std::size_t needed = m_type == SegType::Binary ? packedBytes(values) : values;
    if (pixels.size() < needed)
        throw imaging::Error(
            imaging::ErrorKind::InvalidInput, "The segmentation has fewer pixels than its frames need.");
    m_frames = std::move(frames);
    m_pixels = std::move(pixels);
    m_pixels.resize(needed); // Without the padding byte.
}

void SegObject::setLabels(std::vector<SegFrame> frames, LabelMap::Voxels values)
{
    if (values.size() != frames.size() * framePixels() || m_type != SegType::LabelMap)
        throw imaging::Error(imaging::ErrorKind::Internal, "A label map does not have the segmentation's size.");
    m_frames = std::move(frames);
    m_labels = std::move(values);
}

std::span<const std::uint16_t> SegObject::labels(std::size_t index) const
{
    if (m_type != SegType::LabelMap || index >= m_frames.size())
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "The segmentation has no labels on frame " + std::to_string(index) + ".");
    return std::span(m_labels).subspan(index * framePixels(), framePixels());
}

std::vector<std::uint8_t> SegObject::frame(std::size_t index) const
{
    if (index >= m_frames.size() || m_type == SegType::LabelMap)
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "The segmentation has no frame " + std::to_string(index) + ".");
    std::vector<std::uint8_t> values(framePixels());
    const std::size_t first = index * framePixels();
    if (m_type == SegType::Binary)
        unpackBits(m_pixels, first, values);
    else
        std::copy_n(m_pixels.begin() + static_cast<std::ptrdiff_t>(first), values.size(), values.begin());
    return values;
}

std::size_t SegObject::countVoxels(std::size_t index) const
{
    if (m_type == SegType::Binary)
        return countBits(m_pixels, index * framePixels(), framePixels());
    const std::vector<std::uint8_t> values = frame(index);
    return static_cast<std::size_t>(std::count_if(
        values.begin(), values.end(), [this](std::uint8_t v) { return v > 0 && 2 * v >= maximumFractionalValue; }));
}

bool SegObject::hasOverlap() const
{
    if (m_type == SegType::LabelMap)
        return false;
    std::map<std::string, std::vector<std::size_t>> planes;
    for (std::size_t i = 0; i < m_frames.size(); ++i)
        planes[planeKey(m_frames[i])].push_back(i);
    for (const auto& [key, indices] : planes) {
        std::vector<std::uint8_t> seen(indices.size() > 1 ? framePixels() : 0);
        for (std::size_t k = 0; k < indices.size() && indices.size() > 1; ++k) {
            const std::vector<std::uint8_t> values = frame(indices[k]);
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (values[i] != 0 && seen[i] != 0)
                    return true;
                seen[i] = static_cast<std::uint8_t>(seen[i] | values[i]);
            }
        }
    }
    return false;
}

} // namespace annotations
