#include "app/controllers/segment/unkept_reports.h"

#include "imaging/error.h"
#include "imaging/log.h"

#include <utility>

namespace app {

UnkeptReports::UnkeptReports(std::filesystem::path folder)
    : m_folder(std::move(folder))
{
}

UnkeptReports::~UnkeptReports()
{
    for (const auto& [id, report] : m_reports)
        try {
            keepReport(m_folder, report);
        } catch (const imaging::Error& error) { // It was said while there was a window.
            imaging::log(imaging::LogLevel::Warning, error.what());
        }
}

void UnkeptReports::add(const KeptReport& report)
{
    m_reports[report.id] = report;
}

void UnkeptReports::remove(const KeptReport& report)
{
    const auto found = m_reports.find(report.id);
    if (found != m_reports.end() && found->second.text == report.text)
        m_reports.erase(found);
}

} // namespace app
