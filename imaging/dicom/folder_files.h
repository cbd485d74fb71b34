#pragma once

#include "imaging/dicom/scan.h"

#include <filesystem>
#include <string>
#include <vector>

namespace imaging {

/// What lies beneath a folder.
struct FolderFiles
{
    std::vector<std::string> files; ///< Sorted.
    std::vector<RefusedFile> refused; ///< Folders that could not be read, links that lead nowhere, pipes and the like.
    Warnings warnings; ///< Links that were not followed.
};

/// Regular files beneath a folder. Every folder is gone through once, however many links lead to it; a link to a
/// folder that holds `top` is not followed, since it leads to all that lies beside. Pipes, sockets and devices are passed over:
/// reading them could wait for ever. Throws Error(Io) when `top` itself cannot be read.
FolderFiles filesBeneath(const std::filesystem::path& top);

} // namespace imaging
