#pragma once

#include "annotations/label.h"
#include "annotations/label_origin.h"
#include "annotations/measure/segment_statistics.h"
#include "annotations/seg/seg_object.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace annotations {

/// What a report says about one segment of a SEG.
struct SegmentReport
{
    int number = 1; ///< (0062,0004) in the SEG.
    std::string trackingId; ///< (0062,0020)
    std::string trackingUid; ///< (0062,0021)
    Code finding;
    Code region; ///< Empty value: none.
    Code laterality; ///< Of the region; empty value: none.
    SegmentStatistics measures;
    std::vector<LabelOrigin> origins; ///< How models made it, the oldest first; empty: drawn by hand.
    /// Voxels that differ from what was accepted of the model, of all that either has, 0 to 1; nothing: not known.
    std::optional<double> changedShare;

    friend bool operator==(const SegmentReport&, const SegmentReport&) = default;
};

/// The measurements of a SEG's segments with how they came about, and the report text: DICOM TID 1500 (PS3.16).
struct MeasurementReport
{
    std::string sopInstanceUid; ///< Empty before it is written.
    imaging::StudyContext study; ///< Of the report itself: its own series.
    std::string segSopInstanceUid;
    std::string segSeriesUid;
    std::string sourceSeriesUid;
    std::string observer; ///< Who accepted the segments, PN; empty: no person, the program alone.
    std::string text; ///< The report in words; may be empty.
    std::string unit; ///< MeasuredSegments::unit
    std::string noVolume; ///< MeasuredSegments::noVolume
    std::vector<SegmentReport> segments;
};

struct ReportWriteOptions
{
    std::string seriesDescription = "Limn measurements"; ///< "Research use only" is added.
    int seriesNumber = 0; ///< 0: one that nothing else in the study uses.
    std::string softwareVersion = "0.1.0";
};

/// A report without measures on the segments of a SEG that was read (readSeg, describeSeg): names, codes and origins of
/// its labels.
MeasurementReport reportOn(const SegObject& seg);

/// Writes an Enhanced SR (PS3.3 A.35.2): a TID 1411 group for each segment of a stack, a TID 1410 group where the picture
/// has one slice. `seg` is the SEG that the segments' numbers refer to, with its frames where the picture has one slice;
/// `source` the DICOM picture that it lies on. The file appears complete or not at all. Gives the SOP Instance UID.
/// Throws Error(InvalidInput) when the picture is not DICOM or a number is none of the SEG's; Error(Io) when the file
/// cannot be written.
std::string writeReport(const std::filesystem::path& path, const imaging::Volume& source, const SegObject& seg,
    const MeasurementReport& report, const ReportWriteOptions& options = {});

/// Whether a file is a structured report of the kind that readReport() reads; false for what is no DICOM.
bool isMeasurementReport(const std::filesystem::path& path);

/// Reads such a report, also another program's as far as it has the same items. An untrusted file: it passes imaging's
/// pre-scan first, and no library sees it. Throws Error(InvalidInput|Unsupported|NotFound|Io) with a sentence that names
/// the file.
MeasurementReport readMeasurementReport(const std::filesystem::path& path);

} // namespace annotations
