#pragma once

#include <filesystem>

namespace models::training {

/// Keeps a second training out of a folder while this object lives. The system releases it when the program is killed.
class FolderLock
{
public:
    /// Makes the folder. Throws Error(WrongUse) when another program holds the lock, Error(Io) when it cannot be made.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int m_descriptor = -1;
};

} // namespace models::training
