#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "annotations/seg/writer.h"
#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "imaging/slice.h"
#include "imaging/volume.h"
#include "models/facade/segmenter.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// What to segment and by which words.
struct SegmentRequest
{
    std::vector<int> slices; ///< Indices from 0, in the order in which they are to be done.
    std::string text; ///< The user's sentence.
    imaging::Sides sides = imaging::Sides::Patient;
    Confirmed confirmed = Confirmed::No;
};

/// One slice's answer.
struct SliceProbabilities
{
    int slice = 0;
    models::Segmentation segmentation;
};

struct SegmentOutcome
{
    std::string modelText; ///< What was sent to the model.
    annotations::Code laterality; ///< patientSideOf() the text on the first slice.
    std::vector<SliceProbabilities> slices;
    std::vector<std::string> classes; ///< PackageInfo::classes; empty: one class.
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// The sentence for the model about a slice. Throws Error(InvalidInput) for a picture that the package is not for
/// (models::misfits) or a text that is refused (see textForModel), unless the user has confirmed: then both are
/// warnings, as is what the picture does not tell about itself (models::untold).
ModelText promptFor(const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text,
    imaging::Sides sides, Confirmed confirmed);

/// Why the user has to confirm a run of this text on this slice, one sentence each; empty: go ahead.
imaging::Warnings doubtsAbout(
    const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text, imaging::Sides sides);

/// Which side of the patient the text is about, as the modifier of a label's region (DICOM CID 244); a place without a
/// finding is one of `finding`. Empty when it names no side or nothing to draw, or when the picture does not say where
/// the sides are that the user means.
annotations::Code patientSideOf(
    std::string_view text, imaging::Sides user, std::string_view finding, const imaging::PictureSides& sides);

/// What a run sends to the model and says about itself, decided on its first slice.
struct RunStart
{
    std::string modelText;
    annotations::Code laterality; ///< patientSideOf() the text.
    imaging::Warnings warnings; ///< With what the picture does not tell about itself (models::untold).
};

/// Throws as textForModel.
RunStart startRun(const models::PackageInfo& package, const imaging::Slice& first, const SegmentRequest& request,
    Confirmed confirmed);

/// How a run gets what the model computes before it sees the text; the result is used until the next call.
using PrepareSlice = std::function<const models::PreparedSlice&(int index, const imaging::Slice& slice)>;
using GiveSlice = std::function<void(SliceProbabilities)>;

/// Answers one slice after another in the request's order and gives each as soon as it is there. A stop is honoured
/// before the next slice: false then. Throws as Segmenter does, and Error(WrongUse) for a slice that is not there.
bool answerSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const std::vector<int>& slices,
    const std::string& modelText, std::stop_token stop, const imaging::Progress& progress, const PrepareSlice& prepare,
    const GiveSlice& give);

/// Adds the warnings that are not yet there.
void addWarnings(imaging::Warnings& all, const imaging::Warnings& some);

/// Runs the model on each slice of the request. Stops between slices. What the picture does not tell about itself
/// (models::untold) is a warning. Throws Error(InvalidInput) for a text or a picture that is refused (see textForModel
/// and models::misfits; both can be confirmed), Error(WrongUse) for a slice that is not there.
SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress);

/// 1 where the probability is at least `threshold`, else 0.
std::vector<std::uint8_t> thresholded(std::span<const float> probabilities, float threshold);

/// Draws the mask of one slice into an edit: `value` where the probability is at least `threshold`; voxels that held
/// `value` before and are below it are erased, other labels stay.
void drawMask(
    annotations::MaskEdit& edit, int slice, std::span<const float> probabilities, float threshold, std::uint16_t value);

/// The likeliest of several classes at each voxel, from 1; empty for a package with one class.
std::vector<std::uint8_t> likeliestClasses(const models::Segmentation& segmentation);

/// The same for several classes: where the probability of any of them is at least `threshold`, the voxel gets the
/// number of the likeliest, from 1; elsewhere it is erased.
void drawClasses(annotations::MaskEdit& edit, int slice, const models::Segmentation& segmentation, float threshold);

/// The values of the table's labels that are named like the classes, in their order. Those that are missing are added:
/// the default label of that name, or one of the class's own name.
std::vector<std::uint16_t> labelsForClasses(annotations::LabelTable& table, const std::vector<std::string>& classes);

/// What an exported mask says about the model and the words that made it.
annotations::Provenance provenanceOf(const models::PackageInfo& package, const std::string& modelText, float threshold);

/// Marks a label as made by the model: algorithm type, name with version and hash, and the user's sentence, the
/// sentence sent and the threshold as description.
void applyProvenance(annotations::Label& label, const std::string& text, const annotations::Provenance& provenance,
    annotations::AlgorithmType type);

} // namespace app
