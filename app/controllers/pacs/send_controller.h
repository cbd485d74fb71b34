#pragma once

#include "app/session/job_runner.h"
#include "app/session/mask_snapshot.h"
#include "app/session/session.h"

#include <QObject>
#include <QPointer>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace ui {
class Messages;
class SegmentPage;
class SendDialog;
class SeriesPanel;
} // namespace ui

namespace imaging::pacs {
struct StoreResult;
}

namespace app {

class SaveController;

struct Parcel;

/// Sends the masks, and the pictures when wanted, to a DICOM node and shows what became of every file. What no archive
/// has taken waits in the outbox and is offered again, also after the program was ended.
class SendController : public QObject
{
    Q_OBJECT

public:
    /// Masks that were not saved are written to `outbox` first and stay there until the archive has taken them.
    SendController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
        SaveController& save, std::filesystem::path outbox, QString settingsFile);

    void showDialog();
    /// Sends the masks to the archive that was used last; asks when none was. The dialog comes up when something fails.
    void sendToLast();
    /// Tells about masks that wait from earlier runs.
    void remindOfWaiting();

Q_SIGNALS:
    void finished(bool allStored);
    /// The dialog was closed without a send.
    void givenUp();

private:
    /// Whose masks are on their way, and in which file.
    struct Sent
    {
        QString node;
        QString series;
        std::uint64_t revision = 0;
        std::filesystem::path masks;
    };

    void prepareDialog();
    void test(const QString& node);
    /// What goes with the masks: what the dialog has ticked, or nothing.
    enum class Others { AsTicked, None };
    void send(const QString& node, Others others);
    void sayNotSent(const QString& why);
    void start(Parcel parcel);
    void finish(const Sent& sent, const std::vector<imaging::pacs::StoreResult>& results);
    void markStored(const Sent& sent, const std::vector<imaging::pacs::StoreResult>& results);
    void failed(const JobFailure& failure);
    bool hasMasks() const;
    std::vector<std::filesystem::path> pictureFiles() const;
    std::vector<std::filesystem::path> waitingFiles() const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    SaveController& m_save;
    std::filesystem::path m_outbox;
    QString m_settingsFile;
    MaskSnapshot m_snapshot;
    QPointer<ui::SendDialog> m_dialog;
    bool m_quiet = false; ///< The dialog is not what the user looks at.
    std::filesystem::path m_written; ///< In the outbox: the masks of `m_writtenRevision`, not taken yet.
    std::uint64_t m_writtenRevision = 0;
    std::stop_source m_stop; ///< The user's cancel.
};

} // namespace app
