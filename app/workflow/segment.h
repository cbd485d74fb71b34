#pragma once

#include "annotations/dicom/provenance.h"
#include "annotations/label.h"
#include "app/workflow/picture_check.h"
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

/// What a run knows about itself, apart from what it says of each slice.
struct SegmentOutcome
{
    models::PackageInfo package;
    /// Why the user must confirm before this is run (doubtsAbout()); then nothing was computed, and only the package is
    /// told. Empty where a refusal is thrown instead.
    imaging::Warnings doubts{};
    std::string modelText{}; ///< What was sent to the model.
    annotations::Label label{}; ///< labelForSentence()
    annotations::Code laterality{}; ///< patientSideOf() the text on the first slice.
    imaging::PictureSides sides{}; ///< Of the first slice.
    imaging::Warnings warnings{}; ///< Also of the slices that were answered.
    bool cancelled = false;
};

/// An outcome with all its slices, in the order asked.
struct SegmentedSlices : SegmentOutcome
{
    std::vector<SliceProbabilities> slices;
};

/// The sentence for the model about a slice. Throws as checkPicture(), and for a text that is refused (see
/// textForModel), unless the user has confirmed: then both are warnings.
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

/// How a run gets what the model computes before it sees the text; the result is used until the next call.
using PrepareSlice = std::function<const models::PreparedSlice&(int index, const imaging::Slice& slice)>;
/// What is known so far, and one slice's answer.
using GiveSlice = std::function<void(const SegmentOutcome& soFar, SliceProbabilities)>;

/// Runs the model on one slice of the request after another and gives each as soon as it is there. A stop is honoured
/// before the next slice. What the picture does not tell about itself (models::untold) is a warning. Throws as
/// promptFor(), about the first slice, and as Segmenter does; Error(WrongUse) for a slice that is not there.
SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress, const PrepareSlice& prepare, const GiveSlice& give);

/// The same, with all answers together and one slice prepared at a time.
SegmentedSlices segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume,
    const SegmentRequest& request, std::stop_token stop, const imaging::Progress& progress);

/// 1 where the probability is at least `threshold`, else 0.
std::vector<std::uint8_t> thresholded(std::span<const float> probabilities, float threshold);

/// The likeliest of several classes at each voxel, from 1; empty for a package with one class.
std::vector<std::uint8_t> likeliestClasses(const models::Segmentation& segmentation);

/// What an exported mask says about the model and the words that made it.
annotations::Provenance provenanceOf(const models::PackageInfo& package, const std::string& modelText, float threshold);

/// Marks a label as made by the model: algorithm type, name with version and hash, and the user's sentence, the
/// sentence sent and the threshold as description.
void applyProvenance(annotations::Label& label, const std::string& text, const annotations::Provenance& provenance,
    annotations::AlgorithmType type);

} // namespace app
