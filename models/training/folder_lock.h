#pragma once

#include <filesystem>

namespace models::training {

/// Makes a folder that results go to, with those around it. Throws Error(Io), which names it.
void makeFolder(const std::filesystem::path& folder);

/// Keeps a second training out of a folder while this object lives. The system releases it when the program is killed.
class FolderLock
{
public:
    /// Makes the folder; where nothing but the lock came into it, it goes again with this. Throws Error(WrongUse) when another program holds the lock, Error(Io) when it cannot be made.
    explicit FolderLock(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    void removeUnused() const;

    int m_descriptor = -1;
    std::filesystem::path m_made; ///< The folder, when it was not there before.
    bool m_outerIsNew = false; ///< Nor was the one around it.
};

} // namespace models::training
