#pragma once

#include "imaging/volume.h"

#include <QDateTime>
#include <QString>

namespace app {

/// The name of a file for masks, without its ending: the study's date, modality and series, and the time. Never the
/// patient's name or number.
QString maskFileStem(const imaging::StudyContext& study, const QDateTime& now);

/// A path in the folder where no file is yet: "stem.dcm", "stem-2.dcm" and so on.
QString freePath(const QString& folder, const QString& stem, const QString& suffix);

} // namespace app
