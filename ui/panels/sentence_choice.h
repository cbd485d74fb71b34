#pragma once

#include "annotations/report/reading.h"

#include <QString>

namespace ui {

/// What of a reading the model would draw; `modelFinding` empty: all that the sentence does not deny.
annotations::ReadingChoice choiceFor(const annotations::ReportReading& reading, const QString& modelFinding);

/// The findings that are drawn, in the sentence's own word where they share one.
annotations::ReportFields shownFields(
    const annotations::ReportReading& reading, const annotations::ReadingChoice& choice);

} // namespace ui
