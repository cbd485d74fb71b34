#include "app/workflow/segment.h"

#include "annotations/label_origin.h"
#include "app/workflow/accept.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace app {

ModelText promptFor(const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text,
    imaging::Sides sides, Confirmed confirmed)
{
    auto warnings = checkPicture(package, slice, confirmed);
    auto prompt = textForModel(text, sides, package, slice.sides, confirmed);
    addWarnings(warnings, prompt.warnings);
    prompt.warnings = std::move(warnings);
    return prompt;
}

imaging::Warnings doubtsAbout(
    const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text, imaging::Sides sides)
{
    imaging::Warnings doubts = models::misfits(package, slice);
    const auto worded = inPackageWording(text, package);
    if (!worded.why.empty())
        doubts.push_back(worded.why);
    const auto doubt = doubtAboutSides(worded.text, sides, package.textSides, slice.sides);
    if (!doubt.empty())
        doubts.push_back(doubt + " The usual display, the patient's right at the left, would be assumed.");
    return doubts;
}

annotations::Code patientSideOf(
    std::string_view text, imaging::Sides user, std::string_view finding, const imaging::PictureSides& sides)
{
    auto fields = annotations::fieldsToDraw(text, finding);
    constexpr auto kPatient = imaging::Sides::Patient;
    if (!fields || fields->finding.empty()
        || (user == imaging::Sides::Picture && !doubtAboutSides("left", user, kPatient, sides).empty()))
        return {};
    if (user == imaging::Sides::Picture && sides.atLeft == imaging::PatientSide::Right)
        std::swap(fields->left, fields->right);
    return annotations::laterality(*fields);
}

namespace {

SegmentOutcome begin(const models::PackageInfo& package, const imaging::Slice& first, const SegmentRequest& request)
{
    auto prompt = promptFor(package, first, request.text, request.sides, request.confirmed);
    SegmentOutcome outcome{package};
    outcome.modelText = std::move(prompt.text);
    outcome.label = labelForSentence(request.text, request.sides, package, first.sides);
    outcome.laterality = patientSideOf(request.text, request.sides, package.finding, first.sides);
    outcome.sides = first.sides;
    outcome.warnings = std::move(prompt.warnings);
    return outcome;
}

} // namespace

SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress, const PrepareSlice& prepare, const GiveSlice& give)
{
    const auto count = request.slices.size();
    if (count == 0)
        return {segmenter.package()};
    auto outcome = begin(segmenter.package(), imaging::sliceOf(volume, request.slices.front()), request);
    for (std::size_t i = 0; i < count; ++i) {
        outcome.cancelled = stop.stop_requested();
        if (outcome.cancelled)
            return outcome;
        progress.report(count > 1 ? static_cast<double>(i) / static_cast<double>(count) : 0.2,
            count > 1 ? "slice " + std::to_string(i + 1) + " of " + std::to_string(count) : "looking at the picture");
        const int slice = request.slices[i];
        auto answer = segmenter.segment(prepare(slice, imaging::sliceOf(volume, slice)), outcome.modelText);
        addWarnings(outcome.warnings, answer.warnings);
        give(outcome, {slice, std::move(answer)});
    }
    progress.report(1, "segmented");
    return outcome;
}

SegmentedSlices segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume,
    const SegmentRequest& request, std::stop_token stop, const imaging::Progress& progress)
{
    std::unique_ptr<models::PreparedSlice> prepared;
    std::vector<SliceProbabilities> slices;
    auto outcome = segmentSlices(
        segmenter, volume, request, stop, progress,
        [&](int, const imaging::Slice& slice) -> const models::PreparedSlice& {
            prepared.reset(); // Before the next one takes its memory.
            prepared = segmenter.prepare(slice);
            return *prepared;
        },
        [&](const SegmentOutcome&, SliceProbabilities slice) { slices.push_back(std::move(slice)); });
    return {std::move(outcome), std::move(slices)};
}

std::vector<std::uint8_t> thresholded(std::span<const float> probabilities, float threshold)
{
    std::vector<std::uint8_t> mask(probabilities.size());
    std::transform(probabilities.begin(), probabilities.end(), mask.begin(),
        [threshold](float p) { return static_cast<std::uint8_t>(p >= threshold ? 1 : 0); });
    return mask;
}

std::vector<std::uint8_t> likeliestClasses(const models::Segmentation& segmentation)
{
    const auto& classes = segmentation.classes;
    std::vector<std::uint8_t> likeliest(classes.empty() ? 0 : segmentation.probabilities.size());
    for (std::size_t i = 0; i < likeliest.size(); ++i) {
        const auto best =
            std::max_element(classes.begin(), classes.end(), [i](const auto& a, const auto& b) { return a[i] < b[i]; });
        likeliest[i] = static_cast<std::uint8_t>(best - classes.begin() + 1);
    }
    return likeliest;
}

annotations::Provenance provenanceOf(const models::PackageInfo& package, const std::string& modelText, float threshold)
{
    return {modelText, package.name, package.version, package.sha256, static_cast<double>(threshold), {}};
}

void applyProvenance(annotations::Label& label, const std::string& text, const annotations::Provenance& provenance,
    annotations::AlgorithmType type)
{
    const annotations::LabelOrigin origin{text, provenance.prompt, provenance.modelName, provenance.modelVersion,
        provenance.modelHash, provenance.threshold, provenance.acceptedBy, false};
    label.algorithm = type;
    label.algorithmName = annotations::algorithmText(origin);
    label.description = annotations::originText(origin);
}

} // namespace app
