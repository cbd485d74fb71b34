#include "app/workflow/segment.h"

#include "annotations/report/report_words.h"
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

annotations::Code patientSideOf(
    std::string_view text, UserSides user, const models::PackageInfo& package, const imaging::PictureSides& sides)
{
    constexpr auto kPatient = models::TextSides::Patient;
    if (needsSideTags(text, user, kPatient) && sides.atLeft == imaging::PatientSide::Unknown)
        return {};
    const auto patientText = withPackageSides(text, user, kPatient, sides, Confirmed::Yes).text;
    return annotations::laterality(reportAbout(annotations::lowerCase(package.finding), patientText).fields);
}

SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress)
{
    SegmentOutcome outcome;
    outcome.classes = segmenter.package().classes;
    const double total = static_cast<double>(std::max<std::size_t>(1, request.slices.size()));
    for (std::size_t i = 0; i < request.slices.size(); ++i) {
        if (stop.stop_requested()) {
            outcome.cancelled = true;
            return outcome;
        }
        progress.report(static_cast<double>(i) / total, "segmenting");
        const imaging::Slice slice = imaging::sliceOf(volume, request.slices[i]);
        if (i == 0) {
            checkFits(segmenter.package(), slice, request.confirmed, outcome.warnings);
            append(outcome.warnings, models::untold(segmenter.package(), slice));
            auto prompt =
                textForModel(request.text, request.sides, segmenter.package(), slice.sides, request.confirmed);
            outcome.modelText = std::move(prompt.text);
            outcome.laterality = patientSideOf(request.text, request.sides, segmenter.package(), slice.sides);
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

void drawClasses(annotations::MaskEdit& edit, int slice, const models::Segmentation& segmentation, float threshold)
{
    std::vector<std::uint16_t> after(segmentation.probabilities.size(), 0);
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (segmentation.probabilities[i] < threshold)
            continue;
        const auto likeliest = std::max_element(segmentation.classes.begin(), segmentation.classes.end(),
            [i](const auto& a, const auto& b) { return a[i] < b[i]; });
        after[i] = static_cast<std::uint16_t>(likeliest - segmentation.classes.begin() + 1);
    }
    edit.paintValues(edit.grid().offset({0, 0, slice}), after);
}

std::vector<annotations::Label> labelsOfClasses(const std::vector<std::string>& classes)
{
    const auto known = annotations::defaultLabels();
    const annotations::Code tissue{"85756007", "SCT", "Tissue"};
    std::vector<annotations::Label> labels;
    for (const auto& name : classes) {
        const auto found = std::find_if(
            known.begin(), known.end(), [&](const annotations::Label& label) { return label.name == name; });
        annotations::Label label;
        if (found != known.end()) {
            label = *found;
        } else {
            label.name = name;
            label.category = label.type = tissue;
            label.colour = known[labels.size() % known.size()].colour;
        }
        label.value = static_cast<std::uint16_t>(labels.size() + 1);
        labels.push_back(std::move(label));
    }
    return labels;
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
