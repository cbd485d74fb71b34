#pragma once

#include "app/controllers/study/opened_picture.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace ui {
class Messages;
class ShownPicture;
class StudyList;
} // namespace ui

namespace app {

/// Reads a series, puts it on the screen and into the session. What is open stays until the new picture has been read,
/// so that what cannot be opened costs nothing; only where the memory does not hold both, it is closed first, and
/// opened again when reading fails.
class SeriesReader : public QObject
{
    Q_OBJECT

public:
    SeriesReader(JobRunner& jobs, Session& session, ui::StudyList& list, ui::Messages& messages,
        ui::ShownPicture& picture);

    /// `path` is where the series was found. Another one that is being read is given up.
    void read(const imaging::SeriesInfo& series, const QString& path);
    /// Id of the series that is being read; empty: none.
    const QString& reading() const { return m_reading; }
    /// Gives up what is being read.
    void stop();
    /// Nothing came of it: what was open is there as before.
    void settle();
    /// Closes what is open. Letting go of much memory takes a while too.
    void letGo();

Q_SIGNALS:
    /// The picture has been read; it comes onto the screen now, then its masks.
    void arriving();
    void shown();
    /// It can be worked on; `restoredSteps` were not saved and have been brought back.
    void arrived(std::size_t restoredSteps);
    void failed(const app::JobFailure& failure);
    /// Reading was stopped by the user.
    void stopped();

private:
    /// A series and where it was found.
    struct Place
    {
        imaging::SeriesInfo series;
        QString path;
    };

    void makeRoom(const imaging::SeriesInfo& series);
    void showFirst(const imaging::SeriesInfo& series);
    void replace(const Place& place, OpenedPicture opened);
    void show(const QString& id, imaging::Warnings warnings, Session::PreparedWork work);
    void sayRestored(const Session::Restored& restored);

    JobRunner& m_jobs;
    Session& m_session;
    ui::StudyList& m_list;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    QString m_reading;
    std::shared_ptr<const imaging::Volume> m_opened; ///< On the screen; its work is being prepared.
    QString m_openPath; ///< Where the series on the screen was found.
    std::optional<Place> m_madeRoom; ///< What was closed for it, since the memory does not hold both.
};

} // namespace app
