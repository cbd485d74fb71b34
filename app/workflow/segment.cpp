#include "app/workflow/segment.h"

#include "app/workflow/open_mask.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

namespace app {

namespace {

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
        throw imaging::Error(imaging::ErrorKind::InvalidInput, sentence + " Confirm to run it all the same.", {},
            imaging::Confirmable::Run);
    addWarnings(warnings, {sentence});
}

} // namespace

ModelText promptFor(const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text,
    imaging::Sides sides, Confirmed confirmed)
{
    imaging::Warnings warnings;
    checkFits(package, slice, confirmed, warnings);
    addWarnings(warnings, models::untold(package, slice));
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

void addWarnings(imaging::Warnings& all, const imaging::Warnings& some)
{
    for (const auto& warning : some)
        if (std::find(all.begin(), all.end(), warning) == all.end())
            all.push_back(warning);
}

RunStart startRun(
    const models::PackageInfo& package, const imaging::Slice& first, const SegmentRequest& request, Confirmed confirmed)
{
    auto prompt = textForModel(request.text, request.sides, package, first.sides, confirmed);
    RunStart start{std::move(prompt.text), patientSideOf(request.text, request.sides, package.finding, first.sides),
        std::move(prompt.warnings)};
    addWarnings(start.warnings, models::untold(package, first));
    return start;
}

bool answerSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const std::vector<int>& slices,
    const std::string& modelText, std::stop_token stop, const imaging::Progress& progress, const PrepareSlice& prepare,
    const GiveSlice& give)
{
    const auto count = slices.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (stop.stop_requested())
            return false;
        progress.report(count > 1 ? static_cast<double>(i) / static_cast<double>(count) : 0.2,
            count > 1 ? "slice " + std::to_string(i + 1) + " of " + std::to_string(count) : "looking at the picture");
        const auto& prepared = prepare(slices[i], imaging::sliceOf(volume, slices[i]));
        give({slices[i], segmenter.segment(prepared, modelText)});
    }
    return true;
}

SegmentOutcome segmentSlices(models::Segmenter& segmenter, const imaging::Volume& volume, const SegmentRequest& request,
    std::stop_token stop, const imaging::Progress& progress)
{
    SegmentOutcome outcome;
    outcome.classes = segmenter.package().classes;
    if (request.slices.empty())
        return outcome;
    const imaging::Slice first = imaging::sliceOf(volume, request.slices.front());
    checkFits(segmenter.package(), first, request.confirmed, outcome.warnings);
    auto start = startRun(segmenter.package(), first, request, request.confirmed);
    outcome.modelText = std::move(start.modelText);
    outcome.laterality = std::move(start.laterality);
    addWarnings(outcome.warnings, start.warnings);
    std::unique_ptr<models::PreparedSlice> prepared;
    outcome.cancelled = !answerSlices(
        segmenter, volume, request.slices, outcome.modelText, stop, progress,
        [&](int, const imaging::Slice& slice) -> const models::PreparedSlice& {
            prepared.reset(); // Before the next one takes its memory.
            prepared = segmenter.prepare(slice);
            return *prepared;
        },
        [&](SliceProbabilities slice) {
            addWarnings(outcome.warnings, slice.segmentation.warnings);
            outcome.slices.push_back(std::move(slice));
        });
    if (!outcome.cancelled)
        progress.report(1, "segmented");
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

void drawClasses(annotations::MaskEdit& edit, int slice, const models::Segmentation& segmentation, float threshold)
{
    const auto likeliest = likeliestClasses(segmentation);
    std::vector<std::uint16_t> after(likeliest.begin(), likeliest.end());
    for (std::size_t i = 0; i < after.size(); ++i)
        if (segmentation.probabilities[i] < threshold)
            after[i] = 0;
    edit.paintValues(edit.grid().offset({0, 0, slice}), after);
}

std::vector<std::uint16_t> labelsForClasses(annotations::LabelTable& table, const std::vector<std::string>& classes)
{
    const auto named = [](const annotations::LabelTable& labels, const std::string& name) {
        return std::find_if(
            labels.begin(), labels.end(), [&](const annotations::Label& label) { return label.name == name; });
    };
    const auto known = annotations::defaultLabels();
    std::vector<std::uint16_t> values;
    for (const auto& name : classes) {
        if (const auto there = named(table, name); there != table.end()) {
            values.push_back(there->value);
            continue;
        }
        const auto found = named(known, name);
        auto label = found != known.end() ? *found : uncodedLabel(name);
        if (found == known.end())
            label.colour = annotations::freeColour(table);
        label.value = annotations::freeValue(table);
        values.push_back(label.value);
        table.push_back(std::move(label));
    }
    return values;
}

annotations::Provenance provenanceOf(const models::PackageInfo& package, const std::string& modelText, float threshold)
{
    return {modelText, package.name, package.version, package.sha256, static_cast<double>(threshold), {}};
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
