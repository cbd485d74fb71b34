#include "imaging/pacs/incoming_file.h"

#include <atomic>
#include <cerrno>
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

bool IncomingFile::commit(const std::filesystem::path& target)
{
    if (!m_isWhole || ::fsync(m_file.get()) != 0)
        return false;
    std::error_code problem;
    std::filesystem::create_directories(target.parent_path(), problem);
    if (problem)
        return false;
    std::filesystem::rename(m_path, target, problem);
    if (problem)
        return false;
    m_path.clear();
    syncFolder(target.parent_path());
    return true;
}

} // namespace imaging::pacs::detail
