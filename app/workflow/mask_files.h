#pragma once

#include "annotations/dicom/secondary_capture.h"
#include "annotations/label.h"
#include "annotations/label_map.h"
#include "app/workflow/label_names.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/segment.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "imaging/window_level.h"

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// A finished mask with its labels and where it came from.
struct MaskResult
{
    annotations::LabelMap map;
    annotations::LabelTable labels; ///< By voxel value, from 1: one, or the model's classes.
    std::string text; ///< The user's sentence.
    annotations::Provenance provenance;
    std::size_t voxels = 0;
};

/// Draws an outcome's masks at the provenance's threshold and labels them as accepting them as new labels does
/// (planAccept(), drawProposal(), markedLabels()).
MaskResult maskOf(const imaging::Volume& volume, const SegmentedSlices& outcome, const std::string& text,
    const annotations::Provenance& provenance);

/// Each throws Error(WrongUse) when the extension is not one that can be written; called before the work starts.
void checkMaskFormat(const std::filesystem::path& path);
/// For convertMask(): also the surfaces of a mask, .stl.
void checkConvertedFormat(const std::filesystem::path& path);
void checkProbabilitiesFormat(const std::filesystem::path& path);
void checkOverlayFormat(const std::filesystem::path& path);
/// For drawOver(): what shows the masks alone may also be a DICOM secondary capture.
void checkDrawnOverFormat(const std::filesystem::path& path);
void checkReportFormat(const std::filesystem::path& path);
void checkTableFormat(const std::filesystem::path& path);

/// Whether a mask or probabilities of this picture fit into a file with this extension: a PNG holds one slice, a SEG
/// refers to DICOM pictures. Throws Error(WrongUse) where not; called before a model runs.
void checkFits(const std::filesystem::path& path, const imaging::Volume& volume);

/// Labels drawn on a volume's grid: .dcm (SEG), .nii.gz, .nii, .nrrd, or .png for one slice. An empty map gives no SEG
/// but Error(InvalidInput), since a SEG must have a frame; the other formats are written empty with a warning. Files
/// appear whole or not at all. Throws Error(Io) when the disk is full or the folder is not writable.
void writeMasks(const std::filesystem::path& path, const imaging::Volume& volume, const annotations::LabelMap& map,
    const std::vector<annotations::Label>& labels, const annotations::Provenance& provenance,
    imaging::Warnings& warnings);

/// The same for a finished mask; but where it is empty and a SEG is asked for, none is written, since it needs a frame
/// (PS3.3 C.7.6.16), and one of an earlier run is removed: false, with a warning.
bool writeMask(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result,
    imaging::Warnings& warnings);

/// The probabilities on the volume's grid: .dcm (fractional SEG), .nii.gz, .nrrd as float, .png scaled to 0..255.
void writeProbabilities(const std::filesystem::path& path, const imaging::Volume& volume,
    const SegmentedSlices& outcome, const MaskResult& result);

/// A slice as it is stored, windowed (as its file says unless `window` is given), with the visible masks in their labels'
/// colours; pixels that are not square are repeated until they are.
annotations::CapturedPicture drawOver(const imaging::Volume& volume, const annotations::LabelMap& map,
    const annotations::LabelTable& labels, int slice, std::optional<imaging::WindowLevel> window = std::nullopt);

/// drawOver() of the slice with the largest area of the mask: .png, or .dcm for a DICOM secondary capture.
void writeOverlay(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result);

/// Prompt, model, threshold, areas and volume: .json for programs, .txt for people. Names no patient.
void writeReportFile(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result);

/// What a mask in a .dcm file is.
enum class DicomKind {
    Seg,
    Structures, ///< Contours: an RT Structure Set.
};

enum class Converted {
    Cancelled,
    Whole,
    Partly, ///< A part of the mask lies beyond the picture: what lies on it was written, and a warning says so.
};

/// Writes the segments of one file, or the contours of an RTSTRUCT, as another format. A .dcm file needs `source`, the DICOM picture or series (`series`, when
/// there are several) that the mask lies on; it is laid on it as readMaskOn() does. `names` say what the values
/// of a file without names mean; the SEG of one that stays without gets "Segment 1", ... and a warning. Throws
/// Error(WrongUse) when the source is missing or names are given that nothing takes, and as readMaskOn().
Converted convertMask(const std::filesystem::path& input, const std::filesystem::path& output,
    const std::filesystem::path& source, const std::string& series, DicomKind kind, const ValueNames& names,
    Confirmed confirmed, std::stop_token stop, imaging::Warnings& warnings);

} // namespace app
