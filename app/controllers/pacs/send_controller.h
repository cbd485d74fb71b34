#pragma once

#include "app/controllers/study/study_screen.h"
#include "app/session/job_runner.h"
#include "app/session/mask_snapshot.h"
#include "app/session/session.h"
#include "app/workflow/outbox.h"

#include <QObject>
#include <QPointer>

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace ui {
class SendDialog;
} // namespace ui

namespace app {

class SaveController;

/// Sends the masks, and the pictures when wanted, to a DICOM node and shows what became of every file. What no archive
/// has taken waits in the outbox and is offered again, also after the program was ended.
class SendController : public QObject
{
    Q_OBJECT

public:
    /// Masks that were not saved are written to the folder `outbox` first and stay there until the archive has taken
    /// them.
    SendController(JobRunner& jobs, Session& session, const StudyScreen& screen, SaveController& save,
        std::filesystem::path outbox, QString settingsFile);

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
    /// Whose masks are on their way, and where to.
    struct Sent
    {
        QString node;
        QString series;
        std::uint64_t revision = 0;
        std::filesystem::path masks; ///< Parcel::masks
    };
    /// What goes with the masks: what the dialog has ticked, or nothing.
    enum class Others { AsTicked, None };

    void prepareDialog();
    void showQueue();
    void retry(const QStringList& files);
    void remove(const QStringList& files);
    void test(const QString& node);
    void send(const QString& node, Others others);
    Parcel parcelOf(Others others) const;
    bool wantsReport() const;
    void sendMasks(const QString& node, Parcel parcel);
    void writeAndStart(const QString& node, Parcel parcel);
    void start(const QString& node, Parcel parcel, std::uint64_t revision);
    void sayNotSent(const QString& why);
    void finish(const Sent& sent, const Delivery& delivery);
    void markStored(const Sent& sent, const Delivery& delivery);
    void tell(const Sent& sent, const Delivery& delivery);
    void failed(const JobFailure& failure);
    bool hasMasks() const;
    std::vector<std::filesystem::path> pictureFiles() const;

    JobRunner& m_jobs;
    Session& m_session;
    StudyScreen m_screen;
    SaveController& m_save;
    Outbox m_outbox;
    QString m_settingsFile;
    MaskSnapshot m_snapshot;
    QPointer<ui::SendDialog> m_dialog;
    int m_waiting = 0; ///< Files of the queue, as it was shown last.
    bool m_quiet = false; ///< The dialog is not what the user looks at.
    std::stop_source m_stop; ///< The user's cancel.
};

} // namespace app
