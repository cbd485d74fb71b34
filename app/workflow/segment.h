#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "annotations/seg/writer.h"
#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "models/segmenter.h"

#include <cstdint>
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
    UserSides sides = UserSides::Patient;
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
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// The sentence for the model about a slice. Throws Error(InvalidInput) for a picture that the package is not for
/// (models::misfits) or a text that is refused (see textForModel), unless the user has confirmed: then both are
/// warnings, as is what the picture does not tell about itself (models::untold).
ModelText promptFor(const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text,
    UserSides sides, Confirmed confirmed);

/// Which side of the patient the text is about, as the modifier of a label's region (DICOM CID 244); empty when it
/// names none, does not follow the report's wording, or the picture does not say where its sides are.
annotations::Code patientSideOf(std::string_view text, UserSides user, const imaging::PictureSides& sides);

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

/// What an exported mask says about the model and the words that made it.
annotations::Provenance provenanceOf(
    const models::PackageInfo& package, const SegmentOutcome& outcome, float threshold);

/// Marks a label as made by the model: algorithm type, name with version and hash, and the user's sentence, the
/// sentence sent and the threshold as description.
void applyProvenance(annotations::Label& label, const std::string& text, const annotations::Provenance& provenance,
    annotations::AlgorithmType type);

} // namespace app
