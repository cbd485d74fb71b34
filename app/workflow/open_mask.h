#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "annotations/seg/reader.h"
#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace app {

/// What a DICOM SEG says about itself, without the pictures it lies on.
struct MaskSummary
{
    std::string sourceSeriesUid; ///< The series it was made from; empty when it does not say.
    std::vector<std::string> segments; ///< Their names.
};

/// Throws as annotations::describeSeg.
MaskSummary summarizeSeg(const std::filesystem::path& path);

/// `count` voxels in memory order that hold one label.
struct LabelRun
{
    std::size_t offset = 0;
    std::uint32_t count = 0;
    std::uint16_t value = 0;

    friend bool operator==(const LabelRun&, const LabelRun&) = default;
};

/// The labelled voxels of a map, in memory order.
std::vector<LabelRun> runsOf(const annotations::LabelMap& map);

/// One label for each value that occurs in a file without names: "Segment 1", ... without a finding's code, since nobody
/// said which finding it is.
annotations::LabelTable labelsFor(const annotations::LabelMap& map);

/// That the labels of such a file need names before they are sent.
std::string unnamedNote(const std::filesystem::path& file);

/// A mask from a SEG, or a NIfTI, NRRD or PNG file with whole numbers from 0 to 65535, on its own grid. Throws
/// Error(InvalidInput) when the file is no mask, and as annotations::readSeg and imaging::readImageFile do.
annotations::LabelMap readMask(const std::filesystem::path& path, imaging::Warnings& warnings);

/// A mask on the voxels of a picture.
struct MaskOnPicture
{
    annotations::LabelMap map;
    annotations::LabelTable labels; ///< One for every value that occurs, and for empty segments of a SEG.
    bool resampled = false; ///< It lay on another grid: a warning says so.
    bool partly = false; ///< A part of it lies beyond the picture and was left out: a warning says so.
};

/// Reads a mask and lays it on a picture: by where the voxels of both lie in the patient, axes in any order and
/// direction, on another grid by nearest neighbour with a warning (annotations/grid_match); by the directions of the
/// axes on a picture without a place (X-rays); pixel by pixel where one of the two has no axes (PNG), with a warning
/// where the other has. The one way from a mask file to a picture. Throws Error(InvalidInput), with the file's name and
/// the reason, when it does not lie there, and as readMask(). The user may confirm (imaging::Confirmable) a SEG that says
/// that it is another patient's or lies in another frame of reference, and a file whose axes nothing can be compared
/// with; what was confirmed is a warning.
MaskOnPicture readMaskOn(const std::filesystem::path& path, const imaging::Volume& picture, Confirmed confirmed,
    imaging::Warnings& warnings);

/// What a user's confirmation means for a SEG.
annotations::Belonging belongingOf(Confirmed confirmed);

/// Whether frames of a SEG that lie beyond the picture are worth a warning.
enum class OtherFrames { Lost, Expected };

/// The same for a SEG that was read from `path`.
MaskOnPicture layOnPicture(const annotations::SegObject& object, const std::filesystem::path& path,
    const imaging::Volume& picture, OtherFrames others, Confirmed confirmed, imaging::Warnings& warnings);

/// A mask that lies on the grid of an open picture.
struct OpenedMask
{
    std::vector<LabelRun> runs;
    annotations::LabelTable labels; ///< One for every value that occurs in `runs`, and for empty segments of a SEG.
    imaging::Warnings warnings;
};

/// readMaskOn() for an open picture. Segments of a SEG bring their names, codes and colours; those of other files have
/// none (labelsFor). Throws Error(InvalidInput) also when a SEG was made
/// from another series, which should be opened first.
OpenedMask openMask(
    const std::filesystem::path& path, const imaging::Volume& picture, Confirmed confirmed = Confirmed::No);

/// `labels` with `opened` added: a segment that is there already (same name and code) takes its place, others get free
/// values. `values` gives, for each value of `opened`, the one in the result.
annotations::LabelTable mergedLabels(annotations::LabelTable labels, const annotations::LabelTable& opened,
    std::map<std::uint16_t, std::uint16_t>& values);

/// Replaces an edit's masks by opened ones, whose labels get `values` (mergedLabels()). `labelled` are the slices that
/// hold some. What the edit may not change stays.
void replaceMasks(annotations::MaskEdit& edit, std::span<const int> labelled, const OpenedMask& mask,
    const std::map<std::uint16_t, std::uint16_t>& values);

} // namespace app
