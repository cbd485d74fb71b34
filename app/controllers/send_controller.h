#pragma once

#include "app/session/job_runner.h"
#include "app/session/session.h"

#include <QObject>
#include <QPointer>

#include <filesystem>
#include <stop_token>
#include <vector>

namespace ui {
class MainWindow;
class SendDialog;
class SeriesPanel;
} // namespace ui

namespace app {

class SaveController;

/// Sends the masks, and the pictures when wanted, to a DICOM node and shows what became of every file.
class SendController : public QObject
{
    Q_OBJECT

public:
    /// Masks that were not saved are written to `outbox` first and stay there until the archive has taken them.
    SendController(JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save,
        std::filesystem::path outbox, QString settingsFile);

    void showDialog();

Q_SIGNALS:
    void finished(bool allStored);

private:
    void test(const QString& node);
    void send(const QString& node);
    std::vector<std::filesystem::path> pictureFiles() const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::MainWindow& m_window;
    SaveController& m_save;
    std::filesystem::path m_outbox;
    QString m_settingsFile;
    QPointer<ui::SendDialog> m_dialog;
    std::stop_source m_stop; ///< The user's cancel.
};

} // namespace app
