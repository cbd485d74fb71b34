#pragma once

#include "app/session/session.h"
#include "app/workflow/cohort_worker.h"
#include "app/workflow/relabel/relabel.h"
#include "ui/views/slice_pixels.h"

#include <QString>

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

namespace app {

/// All that showing a case needs, made before the GUI thread gets it.
struct ShownCase
{
    OpenedCase opened;
    Session::PreparedWork work;
    std::optional<ui::SlicePixels> middle;
};

/// Names the mask that strokes on a case are drawn on: every reader, case and mask has a journal of its own.
QString journalKey(const std::filesystem::path& cohort, const std::string& reader, const annotations::Study& study);

/// Without a volume when stopped. Throws as openCase.
ShownCase readCase(const std::filesystem::path& cohort, const CaseView& view, const QString& key,
    const JournalPlace& journals, std::stop_token stop, const imaging::Progress& progress);

} // namespace app
