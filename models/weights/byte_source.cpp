#include "models/weights/byte_source.h"

#include "imaging/error.h"

#include <system_error>

namespace models::weights::detail {

ByteSource::ByteSource(const std::filesystem::path& file)
    : m_file(file)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file " + file.string() + ".", file.string());
    m_size = std::filesystem::file_size(file, problem);
    m_stream.open(file, std::ios::binary);
    if (problem || !m_stream)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The file " + file.string() + " could not be opened: check its permissions.", file.string());
    m_end = m_size;
}

void ByteSource::fail(const std::string& reason) const
{
    throw imaging::Error(
        imaging::ErrorKind::Model, "The file " + m_file.string() + " cannot be read: " + reason + ".", m_file.string());
}

void ByteSource::select(std::uint64_t begin, std::uint64_t end)
{
    if (begin > end || end > m_size)
        fail("it is cut off");
    m_stream.clear();
    m_stream.seekg(static_cast<std::streamoff>(begin));
    m_position = begin;
    m_end = end;
}

void ByteSource::read(void* target, std::uint64_t bytes)
{
    if (bytes > remaining())
        fail("it is cut off or a length in it is wrong");
    if (bytes > 0 && !m_stream.read(static_cast<char*>(target), static_cast<std::streamsize>(bytes)))
        fail("reading stopped before its end");
    m_position += bytes;
}

std::uint8_t ByteSource::byte()
{
    std::uint8_t value = 0;
    read(&value, 1);
    return value;
}

std::uint64_t ByteSource::littleEndian(int bytes)
{
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value |= static_cast<std::uint64_t>(byte()) << (8 * i);
    return value;
}

std::string ByteSource::text(std::uint64_t bytes)
{
    if (bytes > remaining())
        fail("it is cut off or a length in it is wrong");
    std::string result(bytes, '\0');
    read(result.data(), bytes);
    return result;
}

std::string ByteSource::line(std::size_t maxLength)
{
    std::string result;
    for (char next = static_cast<char>(byte()); next != '\n'; next = static_cast<char>(byte())) {
        if (result.size() == maxLength)
            fail("a name in it is too long");
        result += next;
    }
    return result;
}

} // namespace models::weights::detail
