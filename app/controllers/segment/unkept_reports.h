#pragma once

#include "app/workflow/kept_reports.h"

#include <filesystem>
#include <map>
#include <string>

namespace app {

/// Reports that are not known to be on the disk yet. Made before the JobRunner: what its jobs did not come to is
/// written when they have ended, so that closing the program loses no word.
class UnkeptReports
{
public:
    /// Reports are files in `folder`.
    explicit UnkeptReports(std::filesystem::path folder);
    UnkeptReports(const UnkeptReports&) = delete;
    UnkeptReports& operator=(const UnkeptReports&) = delete;
    ~UnkeptReports();

    const std::filesystem::path& folder() const { return m_folder; }
    /// Instead of an earlier one with this id.
    void add(const KeptReport& report);
    /// It is on the disk, unless it is another by now.
    void remove(const KeptReport& report);

private:
    std::filesystem::path m_folder;
    std::map<std::string, KeptReport> m_reports; ///< By id.
};

} // namespace app
