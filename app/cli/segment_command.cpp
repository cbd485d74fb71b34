#include "app/cli/commands.h"
#include "app/cli/output_check.h"
#include "app/cli/sides_option.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "app/workflow/segment.h"
#include "app/workflow/slice_range.h"
#include "imaging/error.h"
#include "imaging/slice.h"
#include "models/facade/library.h"
#include "models/package/choose_package.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace app::cli {

namespace {

struct SegmentOptions
{
    std::string input;
    std::string series;
    std::string slices = "all";
    std::string text;
    imaging::Sides sides = imaging::Sides::Patient;
    std::string model;
    std::string device = "auto";
    bool exact = false;
    double threshold = -1;
    bool force = false;
    std::string output;
    std::string report;
    std::string probabilities;
    std::string overlay;
};

/// CLI::Range lets "nan" pass.
std::string refuseNan(std::string& text)
{
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? "is not a number" : "";
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void checkOutputs(const SegmentOptions& options)
{
    checkMaskFormat(options.output);
    if (!options.probabilities.empty())
        checkProbabilitiesFormat(options.probabilities);
    if (!options.overlay.empty())
        checkOverlayFormat(options.overlay);
    if (!options.report.empty())
        checkReportFormat(options.report);
    checkOutputFiles({options.output, options.probabilities, options.overlay, options.report}, {options.input});
}

ExitCode segment(const SegmentOptions& options, const Console& console)
{
    checkOutputs(options);
    auto start = std::chrono::steady_clock::now();
    const auto opened = openPicture(options.input, options.series, console.stop, console.progress());
    if (!opened.volume)
        return ExitCode::Cancelled;
    checkFits(options.output, *opened.volume);
    if (!options.probabilities.empty())
        checkFits(options.probabilities, *opened.volume);
    console.warn(opened.warnings);
    const double openSeconds = secondsSince(start);

    SegmentRequest request;
    request.slices = parseSliceRange(options.slices, opened.volume->grid().slices);
    request.text = options.text;
    request.sides = options.sides;
    request.confirmed = options.force ? Confirmed::Yes : Confirmed::No;

    start = std::chrono::steady_clock::now();
    const auto package = options.model.empty()
        ? models::findPackageFor(imaging::sliceOf(*opened.volume, request.slices.empty() ? 0 : request.slices.front()))
        : models::findPackage(options.model);
    const auto segmenter = models::library().openSegmenter(
        package, options.device, options.exact ? models::Arithmetic::Exact : models::Arithmetic::Fast);
    const double loadSeconds = secondsSince(start);
    start = std::chrono::steady_clock::now();
    const auto outcome = segmentSlices(*segmenter, *opened.volume, request, console.stop, console.progress());
    if (outcome.cancelled)
        return ExitCode::Cancelled;
    const double segmentSeconds = secondsSince(start);
    console.warn(outcome.warnings);

    const float threshold =
        options.threshold < 0 ? segmenter->package().threshold : static_cast<float>(options.threshold);
    const MaskResult result =
        maskOf(*opened.volume, outcome, options.text, provenanceOf(segmenter->package(), outcome.modelText, threshold));
    imaging::Warnings written;
    const bool isWritten = writeMask(options.output, *opened.volume, result, written);
    console.warn(written);
    if (!options.probabilities.empty())
        writeProbabilities(options.probabilities, *opened.volume, outcome, result);
    if (!options.overlay.empty())
        writeOverlay(options.overlay, *opened.volume, result);
    if (!options.report.empty())
        writeReportFile(options.report, *opened.volume, result);

    if (options.model.empty())
        console.line("Model: " + segmenter->package().name);
    console.line("Sent to the model: " + outcome.modelText);
    char numbers[200];
    std::snprintf(numbers, sizeof numbers, "%zu voxels in %zu slices; open %.2f s, model %.2f s, segment %.2f s",
        result.voxels, outcome.slices.size(), openSeconds, loadSeconds, segmentSeconds);
    console.line(numbers);
    console.line(isWritten ? "Written: " + options.output : "Nothing found; no file: " + options.output);
    imaging::Warnings all = opened.warnings;
    all.insert(all.end(), outcome.warnings.begin(), outcome.warnings.end());
    all.insert(all.end(), written.begin(), written.end());
    auto classes = nlohmann::json::array();
    for (const auto& label : outcome.package.classes.empty() ? annotations::LabelTable() : result.labels) {
        const auto voxels = result.map.count(label.value);
        console.line("  " + label.name + ": " + std::to_string(voxels) + " voxels");
        classes.push_back({{"name", label.name}, {"value", label.value}, {"voxels", voxels}});
    }
    console.document({{"output", isWritten ? nlohmann::json(options.output) : nlohmann::json()}, {"model", segmenter->package().name},
        {"model_sha256", segmenter->package().sha256}, {"text", options.text}, {"model_text", outcome.modelText},
        {"threshold", threshold}, {"slices", outcome.slices.size()}, {"voxels", result.voxels}, {"classes", classes},
        {"seconds", {{"open", openSeconds}, {"load_model", loadSeconds}, {"segment", segmentSeconds}}},
        {"warnings", all}});
    return ExitCode::Done;
}

} // namespace

void addSegment(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<SegmentOptions>();
    CLI::App* command = parent.add_subcommand("segment", "Make the mask that a sentence describes");
    command->add_option("--input", options->input, "DICOM file or folder, NIfTI, NRRD, PNG or JPEG")->required();
    command->add_option("--series", options->series, "Series UID as `limn scan` prints it, when there are several");
    command->add_option("--slices", options->slices, "all, N, or A-B, counted from 1")->capture_default_str();
    command->add_option("--text", options->text, "What is seen, in the words of a report")->required();
    addSidesOption(*command, "--side", options->sides, "Whose left and right the text means")->default_str("patient");
    command->add_option(
        "--model", options->model, "Model package: a folder or a name (default: the one that fits the picture)");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    command->add_flag("--exact", options->exact, "No short cuts: the network as it is trained, for comparisons");
    command
        ->add_option(
            "--threshold", options->threshold, "Probability from which a voxel is in the mask (default: the package's)")
        ->check(CLI::Range(0.0, 1.0) & CLI::Validator(refuseNan, "a number"));
    command->add_option("--output", options->output, "Mask: .dcm (SEG), .nii.gz, .nrrd or .png")->required();
    command->add_option(
        "--report", options->report, "What was asked, with which model, and what came out: .json or .txt");
    command->add_option(
        "--probabilities", options->probabilities, "Probabilities: .dcm (fractional SEG), .nii.gz, .nrrd or .png");
    command->add_option("--overlay", options->overlay, "Picture with the mask drawn over it: .png");
    command->add_flag("--force", options->force,
        "Run although the picture is not one the model is for or has no side tags, or there is nothing to draw");
    command->footer(
        "Example: limn segment --input cxr.dcm --text \"one infected area, lower left lung\" --output mask.dcm");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return segment(*options, console); }; });
}

} // namespace app::cli
