#include "imaging/pacs/incoming_file.h"

#include "imaging/error.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace imaging::pacs::detail {

namespace {

std::filesystem::path temporaryName(const std::filesystem::path& folder)
{
    static std::atomic<std::uint64_t> count{0};
    return folder / (std::to_string(::getpid()) + "-" + std::to_string(++count) + ".part");
}

/// A rename is on the disk only when its folder is.
void syncFolder(const std::filesystem::path& folder)
{
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.isOpen())
        ::fsync(opened.get());
}

/// False with errno; EEXIST when something stands there. File systems without such a rename have a moment in which two
/// senders could still meet.
bool moveWithoutReplacing(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    std::error_code problem;
    if (std::filesystem::exists(to, problem)) {
        errno = EEXIST;
        return false;
    }
    return std::rename(from.c_str(), to.c_str()) == 0;
}

/// The data sets and their encoding: the meta information also holds who sent it.
bool haveSameContent(const std::filesystem::path& a, const std::filesystem::path& b)
{
    try {
        const FileMeta first = readFileMeta(a);
        const FileMeta second = readFileMeta(b);
        if (first.transferSyntaxUid != second.transferSyntaxUid || first.dataSetSize != second.dataSetSize)
            return false;
        std::ifstream one(a, std::ios::binary);
        std::ifstream other(b, std::ios::binary);
        one.seekg(static_cast<std::streamoff>(first.dataSetOffset));
        other.seekg(static_cast<std::streamoff>(second.dataSetOffset));
        return std::equal(std::istreambuf_iterator<char>(one), {}, std::istreambuf_iterator<char>(other), {});
    } catch (const Error&) {
        return false;
    }
}

} // namespace

IncomingFile::IncomingFile(const std::filesystem::path& folder, const FileMeta& meta)
    : m_path(temporaryName(folder))
    , m_file(::open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640))
    , m_isWhole(m_file.isOpen())
{
    write(encodeFileMeta(meta));
}

IncomingFile::~IncomingFile()
{
    if (!m_path.empty())
        ::unlink(m_path.c_str());
}

void IncomingFile::write(std::span<const std::byte> bytes)
{
    while (m_isWhole && !bytes.empty()) {
        const ssize_t count = ::write(m_file.get(), bytes.data(), bytes.size());
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            m_size += static_cast<std::uint64_t>(count);
        } else if (count == 0 || errno != EINTR) {
            m_isWhole = false;
        }
    }
}

IncomingFile::Place IncomingFile::commit(const std::filesystem::path& target)
{
    if (!m_isWhole || ::fsync(m_file.get()) != 0)
        return Place::Failed;
    std::error_code problem;
    std::filesystem::create_directories(target.parent_path(), problem);
    if (problem)
        return Place::Failed;
    if (!moveWithoutReplacing(m_path, target))
        return errno == EEXIST ? (haveSameContent(m_path, target) ? Place::SameIsThere : Place::OtherIsThere)
                               : Place::Failed;
    m_path.clear();
    syncFolder(target.parent_path());
    return Place::Taken;
}

} // namespace imaging::pacs::detail
