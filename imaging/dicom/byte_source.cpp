#include "imaging/dicom/byte_source.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace imaging::detail {

namespace {

class MemorySource : public ByteSource
{
public:
    explicit MemorySource(std::span<const std::byte> bytes)
        : m_rest(bytes)
    {
    }

    std::uint64_t remaining() const override { return m_rest.size() + buffered(); }

protected:
    std::size_t fetch(std::byte* to, std::size_t size) override
    {
        size = std::min(size, m_rest.size());
        std::copy_n(m_rest.data(), size, to);
        m_rest = m_rest.subspan(size);
        return size;
    }

    std::uint64_t pass(std::uint64_t size) override
    {
        size = std::min<std::uint64_t>(size, m_rest.size());
        m_rest = m_rest.subspan(size);
        return size;
    }

private:
    std::span<const std::byte> m_rest;
};

class FileSource : public ByteSource
{
public:
    explicit FileSource(const std::filesystem::path& path)
        // Not blocking: a named pipe in the folder must not make the scan wait for ever.
        : m_file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
        , m_path(path)
    {
        struct stat status = {};
        if (m_file < 0)
            fail(errno);
        if (::fstat(m_file, &status) != 0 || !S_ISREG(status.st_mode)) {
            ::close(m_file);
            fail(EINVAL);
        }
        m_size = static_cast<std::uint64_t>(status.st_size);
    }

    ~FileSource() override { ::close(m_file); }

    std::uint64_t remaining() const override { return m_size - std::min(m_size, m_next) + buffered(); }

protected:
    std::size_t fetch(std::byte* to, std::size_t size) override
    {
        ssize_t got = 0;
        do
            got = ::pread(m_file, to, size, static_cast<off_t>(m_next));
        while (got < 0 && errno == EINTR);
        if (got < 0)
            fail(errno);
        m_next += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
    }

    std::uint64_t pass(std::uint64_t size) override
    {
        size = std::min(size, m_size - std::min(m_size, m_next));
        m_next += size;
        return size;
    }

private:
    [[noreturn]] void fail(int code) const
    {
        throw Error(ErrorKind::Io,
            "The file \"" + printable(m_path.string()) + "\" could not be read: " + std::strerror(code) + ".",
            m_path.string());
    }

    int m_file;
    std::filesystem::path m_path;
    std::uint64_t m_size = 0;
    std::uint64_t m_next = 0;
};

class InflatingSource : public ByteSource
{
public:
    InflatingSource(ByteSource& source, const std::filesystem::path& path)
        : m_source(source)
        , m_path(path)
        , m_input(kBufferSize)
        , m_scratch(kBufferSize)
    {
        if (inflateInit2(&m_stream, -MAX_WBITS) != Z_OK)
            throw Error(
                ErrorKind::Internal, "There is no memory to inflate " + quotedName(path.string()) + ".", path.string());
    }

    ~InflatingSource() override { inflateEnd(&m_stream); }

    std::uint64_t remaining() const override { return std::numeric_limits<std::uint64_t>::max(); }

protected:
    std::size_t fetch(std::byte* to, std::size_t size) override
    {
        m_stream.next_out = reinterpret_cast<Bytef*>(to);
        m_stream.avail_out = static_cast<uInt>(size);
        while (!m_ended && m_stream.avail_out > 0)
            step();
        const std::size_t got = size - m_stream.avail_out;
        m_total += got;
        if (m_total > kMostInflated)
            throw Error(ErrorKind::InvalidInput,
                "The file " + quotedName(m_path.string()) + " was refused: its deflated content is larger than 256 MB.",
                m_path.string());
        return got;
    }

    std::uint64_t pass(std::uint64_t size) override
    {
        std::uint64_t passed = 0;
        while (passed < size) {
            const std::size_t got = fetch(m_scratch.data(), std::min<std::uint64_t>(m_scratch.size(), size - passed));
            if (got == 0)
                break;
            passed += got;
        }
        return passed;
    }

private:
    void step()
    {
        if (m_stream.avail_in == 0) {
            m_stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
            m_stream.avail_in = static_cast<uInt>(m_source.read(m_input.data(), m_input.size()));
        }
        // Damaged or cut streams simply end here: what the data set then lacks is said by who reads it.
        const int result = inflate(&m_stream, Z_NO_FLUSH);
        m_ended = result != Z_OK;
    }

    ByteSource& m_source;
    std::filesystem::path m_path;
    std::vector<std::byte> m_input;
    std::vector<std::byte> m_scratch;
    z_stream m_stream{};
    std::uint64_t m_total = 0;
    bool m_ended = false;
};

} // namespace

std::span<const std::byte> ByteSource::peek(std::size_t size)
{
    size = std::min(size, kBufferSize);
    if (m_end - m_begin < size) {
        std::copy(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin),
            m_buffer.begin() + static_cast<std::ptrdiff_t>(m_end), m_buffer.begin());
        m_end -= m_begin;
        m_begin = 0;
        while (m_end < size) {
            const std::size_t got = fetch(m_buffer.data() + m_end, kBufferSize - m_end);
            if (got == 0)
                break;
            m_end += got;
        }
    }
    return {m_buffer.data() + m_begin, std::min(size, m_end - m_begin)};
}

std::size_t ByteSource::read(std::byte* to, std::size_t size)
{
    std::size_t done = std::min(size, m_end - m_begin);
    std::copy_n(m_buffer.data() + m_begin, done, to);
    m_begin += done;
    while (done < size) {
        const std::size_t got = fetch(to + done, size - done);
        if (got == 0)
            break;
        done += got;
    }
    m_position += done;
    return done;
}

bool ByteSource::skip(std::uint64_t size)
{
    const std::uint64_t fromBuffer = std::min<std::uint64_t>(size, m_end - m_begin);
    m_begin += fromBuffer;
    const std::uint64_t passed = fromBuffer < size ? pass(size - fromBuffer) : 0;
    m_position += fromBuffer + passed;
    return fromBuffer + passed == size;
}

std::unique_ptr<ByteSource> memorySource(std::span<const std::byte> bytes)
{
    return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ByteSource> fileSource(const std::filesystem::path& path)
{
    return std::make_unique<FileSource>(path);
}

std::unique_ptr<ByteSource> inflatingSource(ByteSource& source, const std::filesystem::path& path)
{
    return std::make_unique<InflatingSource>(source, path);
}

} // namespace imaging::detail
