#include "app/controllers/segment/kept_report_controller.h"

#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/series_model.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/prior_report.h"
#include "ui/panels/report_tab.h"
#include "ui/qt_text.h"

#include <optional>

namespace app {

namespace {

const QString kPriorChannel = QStringLiteral("prior-report");
const QString kKeptMessage = QStringLiteral("kept-report");

} // namespace

KeptReportController::KeptReportController(
    JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages, UnkeptReports& unkept)
    : m_jobs(jobs)
    , m_session(session)
    , m_messages(messages)
    , m_tab(page.report())
    , m_unkept(unkept)
{
    connect(&session, &Session::opened, this, &KeptReportController::pictureChanged);
    connect(&session, &Session::closed, this, &KeptReportController::pictureChanged);
    connect(&m_tab, &ui::ReportTab::reportChanged, this, &KeptReportController::keep);
    pictureChanged();
}

void KeptReportController::pictureChanged()
{
    m_jobs.stopChannel(kPriorChannel);
    m_tab.prior().clear();
    m_tab.setCanWrite(m_session.isOpen());
    if (!m_session.isOpen())
        return m_tab.setReport({});
    const QString id = m_session.id();
    if (!m_reports.contains(id))
        if (const auto kept = keptReport(m_unkept.folder(), id.toStdString()))
            m_reports[id] = ui::qt(kept->text);
    m_tab.setReport(m_reports.value(id));
    showPrior();
}

KeptReport KeptReportController::present() const
{
    const auto& study = m_session.volume()->info().study;
    const auto& title = study.studyDescription.empty() ? study.seriesDescription : study.studyDescription;
    return {m_session.id().toStdString(), study.studyInstanceUid, study.patientId, study.patientName,
        study.patientBirthDate, study.studyDate, title.empty() ? study.modality : title, m_tab.report().toStdString()};
}

std::string KeptReportController::text() const
{
    return m_session.isOpen() ? m_tab.report().trimmed().toStdString() : std::string();
}

void KeptReportController::showPrior()
{
    m_jobs.start<std::optional<KeptReport>>(
        {Lane::Io, kPriorChannel, {}},
        [folder = m_unkept.folder(), report = present()](
            std::stop_token, const imaging::Progress&) { return priorReport(folder, report); },
        [this](const std::optional<KeptReport>& prior) {
            if (prior)
                m_tab.prior().setReport(
                    tr("Prior report of %1: %2").arg(ui::dateText(prior->studyDate), ui::qt(prior->title)),
                    ui::qt(prior->text));
        });
}

/// On the one thread that takes its jobs in order: what was written last stays.
void KeptReportController::keep()
{
    if (!m_session.isOpen())
        return;
    m_reports[m_session.id()] = m_tab.report();
    const auto report = present();
    m_unkept.add(report);
    m_jobs.start<bool>(
        {Lane::Store, QStringLiteral("keep-report/") + m_session.id(), {}},
        [folder = m_unkept.folder(), report](std::stop_token, const imaging::Progress&) {
            keepReport(folder, report);
            return true;
        },
        [this, report](bool) {
            m_unkept.remove(report);
            m_messages.remove(kKeptMessage);
        },
        [this](const JobFailure& failure) {
            m_messages.show({kKeptMessage, ui::MessageKind::Warning,
                tr("The report stays in this window alone: %1").arg(ui::errorText(failure.kind, failure.message)), {},
                {}});
        });
}

} // namespace app
