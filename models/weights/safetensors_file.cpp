#include "models/weights/safetensors_file.h"

#include "imaging/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace models::weights::detail {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using LengthBytes = std::array<unsigned char, 8>;

std::uint64_t littleEndian(const LengthBytes& bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8) | bytes[i];
    return value;
}

LengthBytes littleEndian(std::uint64_t value)
{
    LengthBytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<unsigned char>(value >> (8 * i));
    return bytes;
}

} // namespace

void refuseFile(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::Model, "The file " + file.string() + " " + reason + ". Get the file again.", file.string());
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file)
    : m_file(file)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        throw Error(ErrorKind::NotFound, "There is no file " + file.string() + ".", file.string());
    const auto size = std::filesystem::file_size(file, problem);
    m_stream.open(file, std::ios::binary);
    if (problem || !m_stream)
        throw Error(
            ErrorKind::Io, "The file " + file.string() + " could not be opened: check its permissions.", file.string());
    LengthBytes bytes{};
    if (size < 10 || !m_stream.read(reinterpret_cast<char*>(bytes.data()), bytes.size()))
        refuseFile(file, "is too short to be a safetensors file");
    const auto length = littleEndian(bytes);
    if (length > kMaxHeaderBytes || length > size - bytes.size())
        refuseFile(file,
            "is no safetensors file, or was cut off: its header would be " + std::to_string(length) + " bytes long");
    std::string text(length, '\0');
    if (!m_stream.read(text.data(), static_cast<std::streamsize>(length)))
        refuseFile(file, "could not be read to the end of its header");
    m_dataStart = bytes.size() + length;
    m_header = parseSafetensorsHeader(text, size - m_dataStart, file.string());
}

void SafetensorsFile::read(const SafetensorsEntry& entry, void* target)
{
    m_stream.seekg(static_cast<std::streamoff>(m_dataStart + entry.begin));
    const auto bytes = static_cast<std::streamsize>(entry.end - entry.begin);
    if (bytes > 0 && !m_stream.read(static_cast<char*>(target), bytes))
        refuseFile(m_file, "ended while the tensor " + entry.name + " was read");
}

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& target)
    : m_file(target)
    , m_target(target)
    , m_descriptor(::open(m_file.temporaryPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666))
{
    if (m_descriptor < 0)
        imaging::AtomicFile::throwIo(m_target, errno);
}

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& target, const std::vector<SafetensorsEntry>& entries,
    const SafetensorsMetadata& metadata)
    : SafetensorsWriter(target)
{
    const auto header = safetensorsHeader(entries, metadata);
    const auto length = littleEndian(std::uint64_t(header.size()));
    write(length.data(), length.size());
    write(header.data(), header.size());
}

SafetensorsWriter::~SafetensorsWriter()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void SafetensorsWriter::write(const void* data, std::size_t bytes)
{
    const char* next = static_cast<const char*>(data);
    while (bytes > 0) {
        const auto written = ::write(m_descriptor, next, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            imaging::AtomicFile::throwIo(m_target, errno);
        next += written;
        bytes -= static_cast<std::size_t>(written);
    }
}

void SafetensorsWriter::commit()
{
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        imaging::AtomicFile::throwIo(m_target, errno);
    m_file.commit();
}

} // namespace models::weights::detail

models::weights::SafetensorsMetadata models::weights::readSafetensorsMetadata(const std::filesystem::path& file)
{
    return detail::SafetensorsFile(file).header().metadata;
}
