#pragma once

#include "app/controllers/relabel/cohort_worker.h"
#include "app/session/job_runner.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <string>

namespace ui {
class Messages;
class RelabelPage;
} // namespace ui

namespace app {

/// Trainings of the open cohort. Each is a `limn relabel train` of its own that this window only starts: it goes on
/// when the window is closed or killed, and every window sees its curves in the cohort's store. Its settings are those
/// of training.json in the cohort's folder, else those that the default package was trained with.
class TrainingController : public QObject
{
    Q_OBJECT

public:
    /// `program` is the command line's, `limn`.
    TrainingController(JobRunner& jobs, ui::RelabelPage& page, ui::Messages& messages, CohortWorker& worker,
        std::filesystem::path program);

    void begin(const std::filesystem::path& folder, const std::string& reader);
    void leave();

    void start();
    /// Asks the training of this cohort on this computer, whoever started it, to stop and keep its best epoch.
    void stop();
    /// Shows runs and curves.
    void show(const CohortView& view);

Q_SIGNALS:
    void changed();
    /// The training that this window started has ended.
    void ended();

private:
    void watch();
    void sayHowItEnded();
    void say(const QString& text, bool warning);
    std::filesystem::path logFile() const;
    std::filesystem::path settingsFile() const;

    JobRunner& m_jobs;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    CohortWorker& m_worker;
    std::filesystem::path m_program;
    std::filesystem::path m_folder;
    std::string m_reader;
    qint64 m_process = 0; ///< Of the training that this window started; 0: none.
    QTimer m_watch;
};

} // namespace app
