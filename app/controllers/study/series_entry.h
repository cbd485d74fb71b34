#pragma once

#include "annotations/journal.h"
#include "imaging/dicom/scan.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace app {

bool isSeg(const imaging::SeriesInfo& series);

/// Every file of a SEG series is a mask of its own in the list.
std::vector<imaging::SeriesInfo> withMasksApart(std::vector<imaging::SeriesInfo> series);

/// What the viewer says at its top left. Plain text: it comes from the file.
QStringList captionOf(const imaging::SeriesInfo& series);

/// For the list of unfinished work; `path` is where the series was found.
annotations::StudyNote noteOf(const imaging::SeriesInfo& series, const QString& path);

} // namespace app
