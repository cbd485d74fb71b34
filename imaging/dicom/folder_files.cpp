#include "imaging/dicom/folder_files.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"

#include <algorithm>
#include <set>
#include <utility>

#include <sys/stat.h>

namespace imaging {

namespace {

namespace fs = std::filesystem;

/// One call of filesBeneath().
class Walk
{
public:
    explicit Walk(fs::path top)
        : m_top(std::move(top))
        , m_folders{m_top}
    {
    }

    FolderFiles run()
    {
        // Links come last, so that files are named by the path that they really have.
        while (!m_folders.empty() || !m_links.empty()) {
            auto& next = m_folders.empty() ? m_links : m_folders;
            const fs::path folder = std::move(next.back());
            next.pop_back();
            if (isNew(folder))
                list(folder);
        }
        std::sort(m_found.files.begin(), m_found.files.end());
        return std::move(m_found);
    }

private:
    bool isNew(const fs::path& folder)
    {
        struct stat status
        {
        };
        // What cannot be asked is told when it is listed.
        return ::stat(folder.c_str(), &status) != 0 || m_seen.emplace(status.st_dev, status.st_ino).second;
    }

    void list(const fs::path& folder)
    {
        std::error_code error;
        fs::directory_iterator at(folder, error);
        while (!error && at != fs::directory_iterator()) {
            add(*at);
            at.increment(error);
        }
        if (!error)
            return;
        const std::string reason =
            "The folder \"" + printable(folder.string()) + "\" could not be read: " + error.message() + ".";
        if (folder == m_top)
            throw Error(ErrorKind::Io, reason, folder.string());
        m_found.refused.push_back({folder.string(), reason});
    }

    void add(const fs::directory_entry& entry)
    {
        std::error_code ignored;
        const bool link = entry.is_symlink(ignored);
        if (link && !entry.exists(ignored))
            m_found.refused.push_back({entry.path().string(),
                "The link \"" + printable(entry.path().string())
                    + "\" leads nowhere: what it stood for is not there."});
        else if (entry.is_regular_file(ignored))
            m_found.files.push_back(entry.path().string());
        else if (entry.is_directory(ignored))
            link ? addLink(entry.path()) : m_folders.push_back(entry.path());
        else
            m_found.refused.push_back({entry.path().string(),
                quotedName(entry.path().string()) + " is neither a file nor a folder.", /*isDicom=*/false});
    }

    void addLink(const fs::path& link)
    {
        std::error_code error;
        const fs::path target = fs::canonical(link, error);
        const fs::path top = fs::canonical(m_top, error);
        const bool holdsTop =
            !error && std::mismatch(target.begin(), target.end(), top.begin(), top.end()).first == target.end();
        if (!holdsTop)
            return m_links.push_back(link);
        if (target != top)
            m_found.warnings.push_back("The link \"" + printable(link.string())
                + "\" was not followed: it leads to a folder in which the folder that was named lies.");
    }

    fs::path m_top;
    std::vector<fs::path> m_folders;
    std::vector<fs::path> m_links;
    std::set<std::pair<dev_t, ino_t>> m_seen;
    FolderFiles m_found;
};

} // namespace

FolderFiles filesBeneath(const fs::path& top)
{
    return Walk(top).run();
}

} // namespace imaging
