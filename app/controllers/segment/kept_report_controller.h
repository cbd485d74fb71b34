#pragma once

#include "app/controllers/segment/unkept_reports.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/kept_reports.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <string>

namespace ui {
class Messages;
class ReportTab;
class SegmentPage;
} // namespace ui

namespace app {

/// What the user writes in the Report tab: kept on the disk while it is written, back with its study, and an earlier
/// report of the same patient beside it.
class KeptReportController : public QObject
{
    Q_OBJECT

public:
    KeptReportController(
        JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages, UnkeptReports& unkept);

    /// What is written of the open study now; empty: nothing.
    std::string text() const;

private:
    void pictureChanged();
    void keep();
    void showPrior();
    KeptReport present() const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::Messages& m_messages;
    ui::ReportTab& m_tab;
    UnkeptReports& m_unkept;
    QHash<QString, QString> m_reports; ///< By study: the disk may still be behind.
};

} // namespace app
