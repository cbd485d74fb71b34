#pragma once

#include "app/session/job_runner.h"
#include "imaging/dicom/scan.h"

#include <QObject>
#include <QString>

#include <vector>

namespace ui {
class Messages;
class StudyList;
} // namespace ui

namespace app {

/// The series that were found at a path.
struct Listing
{
    QString path;
    std::vector<imaging::SeriesInfo> series;
    std::vector<imaging::RefusedFile> refused;
    imaging::Warnings warnings = {}; ///< About the path as a whole: what a zip held, links that were not followed.
};

/// Fills the list of series: what was found, and then, one after the other, thumbnails and what each mask lies on.
class ListFiller : public QObject
{
    Q_OBJECT

public:
    ListFiller(JobRunner& jobs, ui::StudyList& list, ui::Messages& messages);

    /// Where the series of the list were found.
    const QString& path() const { return m_path; }
    void list(Listing listing);
    /// Thumbnails and masks; after the picture that is waited for.
    void fill();
    void stop();
    void clear();
    void sayRefused(const std::vector<imaging::RefusedFile>& refused);

private:
    void makeThumbnail(int row);
    void summarizeMasks(int row);

    JobRunner& m_jobs;
    ui::StudyList& m_list;
    ui::Messages& m_messages;
    QString m_path;
};

} // namespace app
