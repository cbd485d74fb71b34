#pragma once

#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "imaging/dicom/scan.h"
#include "ui/slice_pixels.h"

#include <QImage>
#include <QObject>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

namespace ui {
class MainWindow;
}

namespace app {

class MaskController;
class SaveController;

/// All that showing a picture needs, made before the GUI thread gets it.
struct OpenedPicture
{
    std::shared_ptr<const imaging::Volume> volume; ///< Null when cancelled.
    imaging::Warnings warnings;
    Session::PreparedWork work;
    std::optional<ui::SlicePixels> middle; ///< The slice that is shown first.
    QImage thumbnail;
};

/// Opens folders and files, fills the list of series with thumbnails, and reads the series that is asked for.
class OpenController : public QObject
{
    Q_OBJECT

public:
    OpenController(
        JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save, MaskController& masks);

    /// Scans a folder, a DICOM file or a picture file and opens the first series that can be shown; with a mask file,
    /// the series that it lies on, and the mask on it. A DICOM SEG is laid on the pictures that are open.
    void open(const QString& path, const QString& mask = {});

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
    void openStudy(const QString& path, const QString& mask);
    void openMaskOrStudy(const QString& path);
    void scanned(const QString& path, imaging::ScanResult result, const std::string& wantedSeries);
    void addImageFile(const QString& path);
    void request(const QString& id);
    void requestMask(int row);
    void openPendingMask(std::size_t restoredSteps);
    void summarizeMasks(int row);
    void readSeries(const imaging::SeriesInfo& series);
    void showFirst(const imaging::SeriesInfo& series);
    void show(const imaging::SeriesInfo& series, OpenedPicture opened);
    void makeThumbnail(int row);
    void sayRefused(const imaging::ScanResult& result);
    void say(const JobFailure& failure);
    void close();

    JobRunner& m_jobs;
    Session& m_session;
    ui::MainWindow& m_window;
    SaveController& m_save;
    MaskController& m_masks;
    QString m_pendingMask; ///< To be opened when the series that is being read is there.
    QString m_reading; ///< The series that is being read.
    QString m_aside; ///< The series that was set aside.
    QString m_asideMask; ///< The file that holds its masks; empty: none.
};

/// A small picture of a volume's slice for the list.
QImage thumbnailOf(const imaging::Volume& volume, const ui::SlicePixels& pixels, int size);

} // namespace app
