#include "imaging/dicom/frame_source.h"

#include "imaging/dicom/byte_source.h"
#include "imaging/dicom/philips_rle.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace imaging {

namespace {


[[noreturn]] void failReading(const std::string& path, const std::string& why)
{
    throw Error(ErrorKind::Io, "The file " + quotedName(path) + " could not be read: " + why + ".", path);
}

} // namespace

FrameSource::FrameSource(const ImageDescription& image)
    : m_image(image)
    , m_file(::open(image.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
{
    if (m_file < 0)
        failReading(image.path, std::strerror(errno));
    if (isPlain(image))
        return;
    try {
        loadValue();
        if (!image.pixels.philipsRle)
            m_frames = splitFrames(image.layout, m_value, {image.extendedOffsets, image.extendedLengths}, image.path);
    } catch (...) {
        ::close(m_file);
        throw;
    }
}

FrameSource::~FrameSource()
{
    ::close(m_file);
}

bool FrameSource::isPlain(const ImageDescription& image)
{
    const PixelLayout& layout = image.layout;
    const bool wholeBytes = layout.bitsAllocated == 8 || layout.bitsAllocated == 16 || layout.bitsAllocated == 32
        || (layout.isFloat && layout.bitsAllocated == 64);
    return !image.pixels.encapsulated && !image.pixels.philipsRle && !image.deflated && wholeBytes
        && layout.samplesPerPixel == 1 && layout.transferSyntaxUid != transfer_syntax::kExplicitBig;
}

void FrameSource::read(int frame, std::span<std::byte> destination) const
{
    if (isPlain(m_image))
        return readAt(m_image.pixels.offset + static_cast<std::uint64_t>(frame) * destination.size(), destination);
    if (m_image.pixels.philipsRle)
        return decodePhilipsRle(m_value, destination, m_image.path);
    const auto index = static_cast<std::size_t>(frame);
    if (index >= m_frames.size())
        throw Error(ErrorKind::InvalidInput,
            "The file " + quotedName(m_image.path) + " was refused: it has no frame " + std::to_string(frame + 1) + ".",
            m_image.path);
    decodeFrame(m_image.layout, m_frames[index], destination, m_image.path);
}

std::vector<std::byte> FrameSource::storedValue() const
{
    if (!isPlain(m_image))
        return m_value;
    std::vector<std::byte> value(m_image.pixels.length);
    readAt(m_image.pixels.offset, value);
    return value;
}

void FrameSource::loadValue()
{
    m_value.resize(m_image.pixels.length);
    if (!m_image.deflated)
        return readAt(m_image.pixels.offset, m_value);
    const auto file = detail::fileSource(m_image.path);
    file->skip(m_image.dataOffset);
    const auto inflated = detail::inflatingSource(*file, m_image.path);
    if (!inflated->skip(m_image.pixels.offset) || inflated->read(m_value.data(), m_value.size()) != m_value.size())
        failReading(m_image.path, "it changed while it was read");
}

void FrameSource::readAt(std::uint64_t offset, std::span<std::byte> destination) const
{
    while (!destination.empty()) {
        const ssize_t got = ::pread(m_file, destination.data(), destination.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            failReading(m_image.path, got < 0 ? std::strerror(errno) : "it became shorter while it was read");
        offset += static_cast<std::uint64_t>(got);
        destination = destination.subspan(static_cast<std::size_t>(got));
    }
}

} // namespace imaging
