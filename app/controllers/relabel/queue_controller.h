#pragma once

#include "app/session/job_runner.h"

#include <QObject>
#include <QString>

namespace ui {
class JobBar;
class Messages;
class QueuePanel;
class RelabelPage;
} // namespace ui

namespace app {

class CohortSession;
class Session;

/// Shows the open cohort as it stands: counts and the review queue, a page at a time, with thumbnails of what is in
/// sight.
class QueueController : public QObject
{
    Q_OBJECT

public:
    /// The order of the queue is kept in `settingsFile`.
    QueueController(JobRunner& jobs, const Session& session, CohortSession& cohort, ui::RelabelPage& page,
        ui::Messages& messages, ui::JobBar& bar, QString settingsFile);

    /// Marks the case that is on the screen; 0: none.
    void setCurrent(qint64 id);

Q_SIGNALS:
    void failed(const QString& why);

private:
    void show();
    void leave();
    void changeQueue();
    void tellRequest();
    void sayState();
    void loadMore();
    void loadThumbnails(const QList<qint64>& ids);
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    const Session& m_session;
    CohortSession& m_cohort;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    ui::JobBar& m_bar;
    ui::QueuePanel& m_queue;
    QString m_settingsFile;
};

} // namespace app
