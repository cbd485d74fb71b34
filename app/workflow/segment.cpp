#include "app/workflow/segment.h"

#include "annotations/report/report_text.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cstdio>

namespace app {

namespace {

void append(imaging::Warnings& all, const imaging::Warnings& some)
{
    for (const auto& warning : some)
        if (std::find(all.begin(), all.end(), warning) == all.end())
            all.push_back(warning);
}

void checkFits(
    const models::PackageInfo& package, const imaging::Slice& slice, Confirmed confirmed, imaging::Warnings& warnings)
{
    const auto reasons = models::misfits(package, slice);
    if (reasons.empty())
        return;
    std::string sentence = "The model \"" + package.name + "\" is not meant for this picture:";
    for (const auto& reason : reasons)
        sentence += " " + reason;
    if (confirmed == Confirmed::No)
        throw imaging::Error(imaging::ErrorKind::InvalidInput, sentence + " Confirm (--force) to run it all the same.");
    append(warnings, {sentence});
}

} // namespace

ModelText promptFor(const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text,
    UserSides sides, Confirmed confirmed)
{
    imaging::Warnings warnings;
    checkFits(package, slice, confirmed, warnings);
    append(warnings, models::untold(package, slice));
    auto prompt = textForModel(text, sides, package, slice.sides, confirmed);
    append(warnings, prompt.warnings);
    prompt.warnings = std::move(warnings);
    return prompt;
}

annotations::Code patientSideOf(std::string_view text, UserSides user, const imaging::PictureSides& sides)
{
    constexpr auto kPatient = models::TextSides::Patient;
    if (needsSideTags(text, user, kPatient) && sides.atLeft == imaging::PatientSide::Unknown)
        return {};
    const auto patientText = withPackageSides(text, user, kPatient, sides, Confirmed::Yes).text;
    return annotations::laterality(annotations::parse(patientText).fields);
}

SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress)
{
    SegmentOutcome outcome;
    const double total = static_cast<double>(std::max<std::size_t>(1, request.slices.size()));
    for (std::size_t i = 0; i < request.slices.size(); ++i) {
        if (stop.stop_requested()) {
            outcome.cancelled = true;
            return outcome;
        }
        progress.report(static_cast<double>(i) / total, "segmenting");
        const imaging::Slice slice = imaging::sliceOf(volume, request.slices[i]);
        if (i == 0) {
            auto prompt = promptFor(segmenter.package(), slice, request.text, request.sides, request.confirmed);
            outcome.modelText = std::move(prompt.text);
            outcome.laterality = patientSideOf(request.text, request.sides, slice.sides);
            append(outcome.warnings, prompt.warnings);
        }
        const auto prepared = segmenter.prepare(slice);
        outcome.slices.push_back({request.slices[i], segmenter.segment(*prepared, outcome.modelText)});
        append(outcome.warnings, outcome.slices.back().segmentation.warnings);
    }
    progress.report(1, "segmenting");
    return outcome;
}

std::vector<std::uint8_t> thresholded(std::span<const float> probabilities, float threshold)
{
    std::vector<std::uint8_t> mask(probabilities.size());
    std::transform(probabilities.begin(), probabilities.end(), mask.begin(),
        [threshold](float p) { return static_cast<std::uint8_t>(p >= threshold ? 1 : 0); });
    return mask;
}

void drawMask(
    annotations::MaskEdit& edit, int slice, std::span<const float> probabilities, float threshold, std::uint16_t value)
{
    const auto before = edit.map().slice(slice);
    std::vector<std::uint16_t> after(before.begin(), before.end());
    for (std::size_t i = 0; i < after.size() && i < probabilities.size(); ++i) {
        if (probabilities[i] >= threshold)
            after[i] = value;
        else if (after[i] == value)
            after[i] = 0;
    }
    edit.paintValues(edit.grid().offset({0, 0, slice}), after);
}

annotations::Provenance provenanceOf(const models::PackageInfo& package, const SegmentOutcome& outcome, float threshold)
{
    return {outcome.modelText, package.name, package.version, package.sha256, static_cast<double>(threshold), {}};
}

void applyProvenance(annotations::Label& label, const std::string& text, const annotations::Provenance& provenance,
    annotations::AlgorithmType type)
{
    char threshold[16];
    std::snprintf(threshold, sizeof threshold, "%.2f", provenance.threshold.value_or(0.5));
    label.algorithm = type;
    label.algorithmName =
        provenance.modelName + " " + provenance.modelVersion + " " + provenance.modelHash.substr(0, 12);
    label.description = "Prompt: " + text + " | to the model: " + provenance.prompt + " | threshold " + threshold;
}

} // namespace app
