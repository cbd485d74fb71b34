#include "annotations/journal_lock.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace annotations {

namespace {

bool isAt(int file, const std::filesystem::path& path)
{
    struct stat open
    {
    };
    struct stat there
    {
    };
    return ::fstat(file, &open) == 0 && ::stat(path.c_str(), &there) == 0 && open.st_ino == there.st_ino
        && open.st_dev == there.st_dev;
}

std::filesystem::path lockPath(std::filesystem::path journal)
{
    return journal += ".lock";
}

/// Of the open file, not of the process: two windows of one process exclude each other too.
struct flock wholeFile()
{
    struct flock lock
    {
    };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// A full disk makes a lock without a name: it holds all the same.
void writeHolder(int file)
{
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    const std::string text = std::string(host.data()) + "\n" + std::to_string(::getpid()) + "\n" + userName() + "\n"
        + std::to_string(std::time(nullptr)) + "\n";
    if (::ftruncate(file, 0) == 0)
        [[maybe_unused]] const ssize_t written = ::pwrite(file, text.data(), text.size(), 0);
}

JournalHolder readHolder(int file)
{
    std::string bytes(1024, '\0');
    const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    std::istringstream text(bytes);
    JournalHolder holder;
    std::string process;
    std::string since;
    std::getline(text, holder.host);
    std::getline(text, process);
    std::getline(text, holder.user);
    std::getline(text, since);
    holder.process = std::strtoll(process.c_str(), nullptr, 10);
    holder.since = std::strtoll(since.c_str(), nullptr, 10);
    return holder;
}

} // namespace

std::string userName()
{
    std::array<char, 1024> text{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, text.data(), text.size(), &found) == 0 && found)
        return found->pw_name;
    return std::to_string(::getuid());
}

JournalLock::~JournalLock()
{
    std::error_code ignored;
    if (isCurrent())
        std::filesystem::remove(m_path, ignored);
    ::close(m_file);
}

bool JournalLock::isCurrent() const
{
    return isAt(m_file, m_path);
}

std::optional<JournalHolder> JournalLock::holderOf(const std::filesystem::path& journal)
{
    const int file = ::open(lockPath(journal).c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;
    struct flock lock = wholeFile();
    const bool held = ::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    const auto holder = held ? std::optional(readHolder(file)) : std::nullopt;
    ::close(file);
    return holder;
}

std::variant<std::unique_ptr<JournalLock>, JournalHolder> JournalLock::take(const std::filesystem::path& journal)
{
    std::filesystem::path path = lockPath(journal);
    std::error_code ignored;
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), ignored);
    for (;;) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            throw imaging::Error(imaging::ErrorKind::Io,
                "The journal '" + journal.string() + "' cannot be written: " + std::strerror(errno)
                    + ". Save your work now: until then a crash would lose it.",
                journal.string());
        // A file system without locks refuses otherwise: there is nothing that could hold two windows apart.
        struct flock lock = wholeFile();
        if (::fcntl(file, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES)) {
            const JournalHolder holder = readHolder(file);
            ::close(file);
            return holder;
        }
        if (isAt(file, path)) {
            writeHolder(file);
            return std::unique_ptr<JournalLock>(new JournalLock(std::move(path), file));
        }
        ::close(file); // Whoever had it removed it meanwhile.
    }
}

} // namespace annotations
