#pragma once

#include "app/controllers/dialog_folder.h"
#include "app/controllers/study/list_filler.h"
#include "app/controllers/study/series_reader.h"
#include "app/controllers/study/study_screen.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "imaging/dicom/scan.h"

#include <QObject>

#include <optional>

namespace app {

class MaskController;
class SaveController;

/// Opens folders and files: looks what lies there, lists the series, and has the one that is asked for read. A mask is
/// laid on the pictures that it belongs to.
class OpenController : public QObject
{
    Q_OBJECT

public:
    OpenController(JobRunner& jobs, Session& session, const StudyScreen& screen, SaveController& save,
        MaskController& masks, const QString& settingsFile);

    /// Scans a folder, a DICOM file or a picture file and opens the first series that can be shown; with a mask file,
    /// the series that it lies on, and the mask on it. A DICOM SEG is laid on the pictures that are open.
    void open(const QString& path, const QString& mask = {});
    /// The same, beginning with the series of this id (imaging::SeriesInfo::id).
    void openSeries(const QString& path, const QString& id);

    /// Closes the picture but keeps the list: another page wants the view. Ask first (SaveController::whenSafe).
    void setAside();
    /// Opens it again, with the masks that were saved.
    void takeUp();

Q_SIGNALS:
    /// The picture is complete and can be worked on.
    void pictureReady();
    /// The mask that was asked for needs no opening: it came back with the study, or unsaved work did in its place.
    void maskStays();
    void failed(const QString& why);

private:
    void askForFolder();
    void askForFile();
    /// What is to be opened: a path, and what on it.
    struct Wish
    {
        QString path;
        QString mask; ///< A file to lay on the pictures; empty: none.
        QString series; ///< Id of the series to begin with; empty: the mask's, or the first.
    };
    void openStudy(const Wish& wish);
    void openMaskOrStudy(const QString& path);
    void scanned(const Wish& wish, imaging::ScanResult result, const std::string& wantedSeries);
    void readFirst(Listing listing, const imaging::SeriesInfo& series, const QString& mask);
    void list();
    void offerList(const Listing& listing);
    void readListed(const imaging::SeriesInfo& series);
    void read(const imaging::SeriesInfo& series, const QString& path);
    void readingEnded();
    void readingFailed(const JobFailure& failure);
    void reopen();
    void request(const QString& id);
    void requestMask(int row);
    void openPendingMask(std::size_t restoredSteps);
    void say(const JobFailure& failure);
    void close();

    JobRunner& m_jobs;
    Session& m_session;
    StudyScreen m_screen;
    SaveController& m_save;
    MaskController& m_masks;
    ListFiller m_filler;
    SeriesReader m_reader;
    DialogFolder m_folder; ///< Where the next study probably lies too.
    std::optional<Listing> m_listing; ///< Of the study that is being read, to be listed when its picture is there.
    bool m_newListing = false; ///< The list has become another with the picture.
    QString m_pendingMask; ///< To be opened when the series that is being read is there.
    QString m_aside; ///< The series that was set aside.
    QString m_asideMask; ///< The file that holds its masks; empty: none.
};

} // namespace app
