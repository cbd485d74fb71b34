#pragma once

#include "app/session/job_runner.h"

#include <QObject>
#include <QTimer>

#include <filesystem>

namespace ui {
class Messages;
class RelabelPage;
} // namespace ui

namespace app {

class CohortSession;

/// Trainings of the open cohort. Each is a `limn relabel train` of its own that this window only starts: it goes on
/// when the window is closed or killed, and every window sees its curves in the cohort's store. Its settings are those
/// of training.json in the cohort's folder, else those that the default package was trained with.
class TrainingController : public QObject
{
    Q_OBJECT

public:
    /// `program` is the command line's, `limn`.
    TrainingController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page, ui::Messages& messages,
        std::filesystem::path program);

    void start();
    /// Asks the training of this cohort on this computer, whoever started it, to stop and keep its best epoch.
    void stop();

private:
    void show();
    void watch();
    void sayHowItEnded();
    void say(const QString& text, bool warning);
    std::filesystem::path logFile() const;
    std::filesystem::path settingsFile() const;

    JobRunner& m_jobs;
    CohortSession& m_cohort;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    std::filesystem::path m_program;
    qint64 m_process = 0; ///< Of the training that this window started; 0: none.
    QTimer m_watch;
};

} // namespace app
