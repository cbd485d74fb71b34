#pragma once

#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "imaging/dicom/scan.h"

#include <QImage>
#include <QObject>

#include <filesystem>
#include <map>

namespace ui {
class MainWindow;
}

namespace app {

class SaveController;

/// Opens folders and files, fills the list of series with thumbnails, and reads the series that is asked for.
class OpenController : public QObject
{
    Q_OBJECT

public:
    OpenController(JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save);

    /// Scans a folder, a DICOM file or a picture file and opens the first series that can be shown.
    void open(const QString& path);

Q_SIGNALS:
    /// The picture is complete and can be worked on.
    void pictureReady();
    void failed(const QString& why);

private:
    void askForFolder();
    void askForFile();
    void scanned(const QString& path, imaging::ScanResult result);
    void addImageFile(const QString& path);
    void request(const QString& id);
    void readSeries(const imaging::SeriesInfo& series);
    void showFirst(const imaging::SeriesInfo& series);
    void show(const imaging::SeriesInfo& series, std::shared_ptr<const imaging::Volume> volume,
        const imaging::Warnings& warnings);
    void makeThumbnail(int row);
    void sayRefused(const imaging::ScanResult& result);
    void say(const JobFailure& failure);
    void close();

    JobRunner& m_jobs;
    Session& m_session;
    ui::MainWindow& m_window;
    SaveController& m_save;
    QString m_path;
    QString m_reading; ///< The series that is being read.
};

/// A small picture of a volume's slice for the list.
QImage thumbnailOf(const std::shared_ptr<const imaging::Volume>& volume, int slice, int size);

} // namespace app
