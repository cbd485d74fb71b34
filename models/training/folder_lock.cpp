#include "models/training/folder_lock.h"

#include "imaging/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace models::training {

FolderLock::FolderLock(const std::filesystem::path& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    const auto file = folder / "lock";
    if (!problem)
        m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The folder '" + folder.string()
                + "' cannot be written to: " + (problem ? problem.message() : std::strerror(errno)) + ".",
            folder.string());
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0)
        return;
    ::close(m_descriptor);
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "Another training writes to '" + folder.string() + "': wait for it or choose another output folder.",
        folder.string());
}

FolderLock::~FolderLock()
{
    ::close(m_descriptor);
}

} // namespace models::training
