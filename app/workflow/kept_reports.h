#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace app {

/// A report that a user wrote, and whose it is.
struct KeptReport
{
    std::string id; ///< Of the series that it was written beside.
    std::string studyUid; ///< (0020,000D)
    std::string patientId; ///< (0010,0020)
    std::string patientName; ///< (0010,0010)
    std::string patientBirthDate; ///< (0010,0030)
    std::string studyDate; ///< (0008,0020), YYYYMMDD
    std::string title; ///< What the series is, for people.
    std::string text;
};

/// A file for each in a folder, as JSON. An empty text removes it. Throws Error(Io).
void keepReport(const std::filesystem::path& folder, const KeptReport& report);

/// The one with this id. Nothing where there is none, or where its file cannot be understood.
std::optional<KeptReport> keptReport(const std::filesystem::path& folder, const std::string& id);

/// The newest report of an earlier study of the same patient: with the same ID and name, neither of them empty, and the
/// same date of birth where both say one; of another study, with a date that is not later. Files that cannot be
/// understood are passed over.
std::optional<KeptReport> priorReport(const std::filesystem::path& folder, const KeptReport& present);

} // namespace app
