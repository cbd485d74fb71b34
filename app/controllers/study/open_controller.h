#pragma once

#include "app/controllers/dialog_folder.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "imaging/dicom/scan.h"
#include "ui/views/slice_pixels.h"

#include <QImage>
#include <QObject>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

namespace ui {
class Messages;
class SegmentPage;
class SliceView;
} // namespace ui

namespace app {

class MaskController;
class SaveController;

/// All that showing a picture needs, made before the GUI thread gets it.
struct OpenedPicture
{
    std::shared_ptr<const imaging::Volume> volume; ///< Null when cancelled.
    imaging::Warnings warnings;
    std::optional<ui::SlicePixels> middle; ///< The slice that is shown first.
    QImage thumbnail;
};

/// Opens folders and files, fills the list of series with thumbnails, and reads the series that is asked for. What is
/// open stays until the new picture has been read, so that what cannot be opened costs nothing; only where the memory
/// does not hold both, it is closed first, and opened again when reading fails.
class OpenController : public QObject
{
    Q_OBJECT

public:
    OpenController(
        JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages, ui::SliceView& view,
        SaveController& save, MaskController& masks,
        const QString& settingsFile);

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
    /// The series that were found there, to be listed when the first of them is shown.
    struct Listing
    {
        QString path;
        std::vector<imaging::SeriesInfo> series;
        std::vector<imaging::RefusedFile> refused;
        imaging::Warnings warnings = {}; ///< About the path as a whole: what a zip held, links that were not followed.
    };

    void openStudy(const Wish& wish);
    void openMaskOrStudy(const QString& path);
    void scanned(const Wish& wish, imaging::ScanResult result, const std::string& wantedSeries);
    void readFirst(Listing listing, const imaging::SeriesInfo& series, const QString& mask);
    void list();
    void fillList();
    void offerList(const Listing& listing);
    void readListed(const imaging::SeriesInfo& series);
    void makeRoom(const imaging::SeriesInfo& series);
    void letGo();
    void reopen();
    void request(const QString& id);
    void requestMask(int row);
    void openPendingMask(std::size_t restoredSteps);
    void summarizeMasks(int row);
    void readSeries(const imaging::SeriesInfo& series);
    void showFirst(const imaging::SeriesInfo& series);
    void replace(const imaging::SeriesInfo& series, OpenedPicture opened);
    void show(const imaging::SeriesInfo& series, const imaging::Warnings& warnings, Session::PreparedWork work);
    void sayRestored(const Session::Restored& restored);
    void readingEnded();
    void makeThumbnail(int row);
    void sayRefused(const std::vector<imaging::RefusedFile>& refused);
    void say(const JobFailure& failure);
    void close();

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::SliceView& m_view;
    SaveController& m_save;
    MaskController& m_masks;
    DialogFolder m_folder; ///< Where the next study probably lies too.
    QString m_path; ///< Where the series of the list were found.
    QString m_pendingMask; ///< To be opened when the series that is being read is there.
    QString m_reading; ///< The series that is being read.
    std::shared_ptr<const imaging::Volume> m_opened; ///< On the screen; its work is being prepared.
    std::optional<Listing> m_listing; ///< Of the study that is being read.
    std::optional<imaging::SeriesInfo> m_madeRoom; ///< What was closed for it, since the memory does not hold both.
    QString m_aside; ///< The series that was set aside.
    QString m_asideMask; ///< The file that holds its masks; empty: none.
};

/// A small picture of a volume's slice for the list.
QImage thumbnailOf(const imaging::Volume& volume, const ui::SlicePixels& pixels, int size);

} // namespace app
