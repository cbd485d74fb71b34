#include "app/workflow/kept_reports.h"

#include "imaging/files/atomic_file.h"
#include "models/facade/files.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <span>
#include <system_error>

namespace app {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uintmax_t kMostReportBytes = 1 << 20; ///< Of a file that is read.

/// Ids are no file names.
fs::path reportFile(const fs::path& folder, const std::string& id)
{
    models::weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(id)));
    return folder / (digest.hexDigest().substr(0, 32) + ".json");
}

std::optional<KeptReport> readReportFile(const fs::path& file)
{
    std::error_code none;
    const auto bytes = fs::file_size(file, none);
    if (none || bytes > kMostReportBytes)
        return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), {}};
    const auto document = json::parse(content, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object())
        return std::nullopt;
    const auto text = [&](const char* name) {
        const auto found = document.find(name);
        return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    return KeptReport{text("id"), text("study_uid"), text("patient_id"), text("patient_name"),
        text("patient_birth_date"), text("study_date"), text("title"), text("text")};
}

/// One person's, as far as what is said of both goes.
bool isSamePatient(const KeptReport& a, const KeptReport& b)
{
    const bool named = !a.patientId.empty() && !a.patientName.empty();
    const bool born =
        a.patientBirthDate.empty() || b.patientBirthDate.empty() || a.patientBirthDate == b.patientBirthDate;
    return named && born && a.patientId == b.patientId && a.patientName == b.patientName;
}

bool isPrior(const KeptReport& report, const KeptReport& present)
{
    return isSamePatient(report, present) && report.studyUid != present.studyUid && !report.text.empty()
        && !report.studyDate.empty() && report.studyDate <= present.studyDate;
}

} // namespace

void keepReport(const fs::path& folder, const KeptReport& report)
{
    const auto file = reportFile(folder, report.id);
    std::error_code none;
    if (report.text.empty()) {
        fs::remove(file, none);
        return;
    }
    fs::create_directories(folder, none); // Where that fails, so does the writing, and says why.
    const json document{{"id", report.id}, {"study_uid", report.studyUid}, {"patient_id", report.patientId},
        {"patient_name", report.patientName}, {"patient_birth_date", report.patientBirthDate},
        {"study_date", report.studyDate}, {"title", report.title}, {"text", report.text}};
    imaging::writeFileAtomically(file, document.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

std::optional<KeptReport> keptReport(const fs::path& folder, const std::string& id)
{
    auto report = readReportFile(reportFile(folder, id));
    return report && report->id == id ? report : std::nullopt;
}

std::optional<KeptReport> priorReport(const fs::path& folder, const KeptReport& present)
{
    std::optional<KeptReport> newest;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        auto report = entry.path().extension() == ".json" ? readReportFile(entry.path()) : std::nullopt;
        if (report && isPrior(*report, present) && (!newest || newest->studyDate < report->studyDate))
            newest = std::move(report);
    }
    return newest;
}

} // namespace app
