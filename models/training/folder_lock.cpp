#include "models/training/folder_lock.h"

#include "imaging/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace models::training {

namespace {

[[noreturn]] void refuseFolder(const std::filesystem::path& folder, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Io,
        "The folder '" + folder.string() + "' cannot be written to: " + reason + ".", folder.string());
}

} // namespace

void makeFolder(const std::filesystem::path& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        refuseFolder(folder, problem.message());
}

FolderLock::FolderLock(const std::filesystem::path& folder)
{
    std::error_code problem;
    m_outerIsNew = !std::filesystem::exists(folder.parent_path(), problem);
    if (std::filesystem::create_directories(folder, problem))
        m_made = folder;
    const auto file = folder / "lock";
    if (!problem)
        m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        refuseFolder(folder, problem ? problem.message() : std::strerror(errno));
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0)
        return;
    ::close(m_descriptor);
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "Another training writes to '" + folder.string() + "': wait for it or choose another output folder.",
        folder.string());
}

FolderLock::~FolderLock()
{
    removeUnused();
    ::close(m_descriptor);
}

/// What was refused leaves no folders behind: rmdir() takes empty ones only.
void FolderLock::removeUnused() const
{
    std::error_code failed;
    std::filesystem::directory_iterator next(m_made, failed);
    if (m_made.empty() || failed || next == std::filesystem::directory_iterator()
        || next->path().filename() != "lock" || ++next != std::filesystem::directory_iterator())
        return;
    ::unlink((m_made / "lock").c_str());
    ::rmdir(m_made.c_str());
    if (m_outerIsNew)
        ::rmdir(m_made.parent_path().c_str());
}

} // namespace models::training
