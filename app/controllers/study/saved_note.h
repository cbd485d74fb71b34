#pragma once

#include "annotations/journal.h"

#include <QString>

#include <filesystem>

namespace app {

/// What says whether a file is still the one that was written. Empty path: masks that lie in an archive only.
annotations::SavedNote savedNoteOf(const std::filesystem::path& path, const QString& archive = {});

/// Whether the note's file is there as it was.
bool isUnchanged(const annotations::SavedNote& note);

/// "Saved x.dcm at 14:05:12", "Stored in LIMN@host:104 at 2026-01-03 14:05".
QString savedText(const annotations::SavedNote& note);

} // namespace app
