#pragma once

#include "imaging/error.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace imaging {

/// A file that appears complete or not at all: write to temporaryPath(), then commit(). Without commit the temporary
/// file is removed and whatever stood under the final name stays.
///
///     AtomicFile file(path);
///     save(file.temporaryPath());
///     file.commit();
class AtomicFile
{
public:
    explicit AtomicFile(std::filesystem::path path)
        : m_path(std::move(path))
        , m_temporary(temporaryName(m_path))
    {
    }

    ~AtomicFile()
    {
        std::error_code ignored;
        if (!m_committed)
            std::filesystem::remove(m_temporary, ignored);
    }

    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    const std::filesystem::path& temporaryPath() const { return m_temporary; }

    /// Brings the bytes to the disk and gives the file its name. Throws Error(Io) when that fails.
    void commit()
    {
        moveIntoPlace(m_temporary, m_path);
        m_committed = true;
    }

    /// Brings the bytes of `temporary`, on the same file system, to the disk and gives it the name `path`.
    static void moveIntoPlace(const std::filesystem::path& temporary, const std::filesystem::path& path)
    {
        const int file = ::open(temporary.c_str(), O_RDONLY | O_CLOEXEC);
        const bool synced = file >= 0 && ::fsync(file) == 0;
        const int reason = errno;
        if (file >= 0)
            ::close(file);
        if (!synced)
            throwIo(path, reason);
        if (std::rename(temporary.c_str(), path.c_str()) != 0)
            throwIo(path, errno);
    }

    /// Error(Io) with the reason of `errorNumber`: "The file '...' cannot be written: No space left on device."
    [[noreturn]] static void throwIo(const std::filesystem::path& path, int errorNumber)
    {
        throw Error(ErrorKind::Io,
            "The file '" + path.string() + "' cannot be written: " + std::strerror(errorNumber) + ".", path.string());
    }

private:
    static std::filesystem::path temporaryName(const std::filesystem::path& path)
    {
        static std::atomic<unsigned> count{0};
        std::filesystem::path name = path;
        name += std::string(".")
                    .append(std::to_string(::getpid()))
                    .append(".")
                    .append(std::to_string(count++))
                    .append(".part");
        return name;
    }

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    bool m_committed = false;
};

/// Writes a whole file so that it appears complete or not at all. Throws Error(Io) when it cannot be written.
inline void writeFileAtomically(const std::filesystem::path& path, std::string_view content)
{
    AtomicFile atomic(path);
    const int file = ::open(atomic.temporaryPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0)
        AtomicFile::throwIo(path, errno);
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            const int reason = errno;
            ::close(file);
            AtomicFile::throwIo(path, reason);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(file);
    atomic.commit();
}

} // namespace imaging
