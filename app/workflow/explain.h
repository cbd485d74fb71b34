#pragma once

#include "app/workflow/picture_choice.h"
#include "app/workflow/prompt.h"
#include "app/workflow/segment.h"
#include "imaging/progress.h"
#include "imaging/volume.h"
#include "models/facade/classifier.h"
#include "models/facade/segmenter.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// What to explain on one slice.
struct ExplainSliceRequest
{
    int slice = 0; ///< From 0.
    std::string text; ///< The user's sentence; an empty one is no text at all.
    imaging::Sides sides = imaging::Sides::Patient;
    Confirmed confirmed = Confirmed::No;
    models::ExplainRequest what;
    /// Another sentence to set beside it, for the same region; an empty one is no text at all.
    std::optional<std::string> compareText;
};

struct ExplainOutcome
{
    int slice = 0;
    std::string modelText; ///< What was sent to the model.
    models::Explanation explanation;
    std::string compareModelText;
    std::optional<models::Explanation> compared; ///< The same region under the other text.
    imaging::Warnings warnings;
    bool cancelled = false;
};

/// Grad-CAM of one slice (models::Segmenter::explain). Stops between its steps. Throws as segmentSlices and
/// models::Segmenter::explain do.
ExplainOutcome explainSlice(models::Segmenter& segmenter, const imaging::Volume& volume,
    const ExplainSliceRequest& request, std::stop_token stop, const imaging::Progress& progress,
    const PrepareSlice& prepare);

/// The same, with the slice prepared for this alone.
ExplainOutcome explainSlice(models::Segmenter& segmenter, const imaging::Volume& volume,
    const ExplainSliceRequest& request, std::stop_token stop, const imaging::Progress& progress);

/// The picture and beside it the heat of a class over it, with its name, the texts that were read for it and its
/// probability, as .png. Throws as writeExplanation.
void writeClassHeat(const std::filesystem::path& path, const PictureChoice& picture, const models::ClassHeat& heat,
    const models::ClassScore& score);

/// The picture with the region's outline, the heat over it, and the other text's heat beside it, with the texts and
/// scores below, as .png. Throws Error(WrongUse) for another extension, Error(Io).
void writeExplanation(const std::filesystem::path& path, const imaging::Volume& volume, const ExplainOutcome& outcome);

} // namespace app
