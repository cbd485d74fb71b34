#pragma once

#include "imaging/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

namespace imaging {

/// A new, empty folder that only this user may look into; it and all that lies in it is removed with the object.
class TemporaryFolder
{
public:
    /// In the system's folder for temporary files. Throws Error(Io).
    TemporaryFolder()
    {
        std::error_code failed;
        const auto parent = std::filesystem::temp_directory_path(failed);
        std::string pattern = (parent / "limn-XXXXXX").string();
        if (failed || !::mkdtemp(pattern.data()))
            throw Error(ErrorKind::Io,
                "No temporary folder could be made in \"" + parent.string()
                    + "\": " + (failed ? failed.message() : std::string(std::strerror(errno))) + ".",
                parent.string());
        m_path = pattern;
    }

    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace imaging
