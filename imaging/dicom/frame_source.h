#pragma once

#include "imaging/dicom/image_description.h"

#include <cstddef>
#include <span>
#include <vector>

namespace imaging {

/// The pictures of one file as decoded samples. Plain ones are read straight from the file, one read a frame;
/// compressed and deflated pixel data is read once, as a whole. Thread-safe after construction. `image` must outlive
/// it.
class FrameSource
{
public:
    /// Throws Error(Io) when the file cannot be read any more, Error(InvalidInput) when its frames cannot be found.
    explicit FrameSource(const ImageDescription& image);
    ~FrameSource();
    FrameSource(const FrameSource&) = delete;
    FrameSource& operator=(const FrameSource&) = delete;

    /// Whether the file holds samples as this machine does: one component, little endian, whole bytes.
    static bool isPlain(const ImageDescription& image);

    /// Frame `frame` into decodedFrameBytes() bytes. Plain samples are as stored: bits outside bitsStored are not
    /// cleared. Throws Error(InvalidInput|Unsupported|Io) naming the file.
    void read(int frame, std::span<std::byte> destination) const;

    /// The value of the pixel data element as stored (of compressed ones with the items' tags): a segmentation's packed
    /// bits are kept as they are. Throws Error(Io) when the file cannot be read any more.
    std::vector<std::byte> storedValue() const;

private:
    void loadValue();
    void readAt(std::uint64_t offset, std::span<std::byte> destination) const;

    const ImageDescription& m_image;
    int m_file = -1;
    std::vector<std::byte> m_value;
    std::vector<EncodedFrame> m_frames;
};

} // namespace imaging
