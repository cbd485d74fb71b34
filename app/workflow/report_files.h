#pragma once

#include "annotations/changed_share.h"
#include "annotations/dicom/provenance.h"
#include "annotations/label.h"
#include "annotations/label_map.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <stop_token>
#include <string>

namespace app {

/// What a report says beside what can be measured.
struct ReportWords
{
    std::string text; ///< The report in words; may be empty.
    std::string acceptedBy; ///< The person who accepted the masks; empty: nobody.
    annotations::AcceptedVoxels accepted{}; ///< What models drew: the report says what share was changed since.
};

/// Masks on a picture, as they are saved and sent.
struct MasksOfPicture
{
    const imaging::Volume& volume;
    const annotations::LabelMap& map;
    const annotations::LabelTable& labels;
    const annotations::Provenance& provenance;
};

/// Measures the segments of a SEG that was written of these masks and writes the report on them as a DICOM SR (TID 1500).
/// Throws Error(WrongUse) when `report` does not end in .dcm, Error(InvalidInput) when the SEG is not that of the masks,
/// Error(Io) when it cannot be written. False when it was stopped: then nothing was written.
bool writeReportOn(const std::filesystem::path& seg, const std::filesystem::path& report, const MasksOfPicture& masks,
    const ReportWords& words, std::stop_token stop, const imaging::Progress& progress);

/// The report's file beside a SEG's: "chest_mask.dcm" -> "chest_mask-report.dcm".
std::filesystem::path reportBeside(const std::filesystem::path& seg);

/// Writes the labels that have voxels as DICOM RTSTRUCT. Throws Error(WrongUse) when the name does not end in .dcm, and
/// as annotations::writeStructures().
void writeContours(const std::filesystem::path& path, const MasksOfPicture& masks);

} // namespace app
