#include "app/cli/commands.h"

#include "annotations/report/report_words.h"
#include "app/cli/model_option.h"
#include "app/cli/output_check.h"
#include "app/cli/sides_option.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "app/workflow/report_files.h"
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
#include <filesystem>
#include <memory>
#include <utility>

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
    std::string measurements; ///< DICOM SR.
    std::string probabilities;
    std::string overlay;
};

bool isDicom(const std::string& path)
{
    return std::filesystem::path(path).extension() == ".dcm";
}

/// CLI::Range lets "nan" pass.
std::string refuseNan(std::string& text)
{
    return std::isnan(std::strtod(text.c_str(), nullptr)) ? "is not a number" : "";
}

void checkMeasurements(const SegmentOptions& options)
{
    if (!isDicom(options.output) || !isDicom(options.measurements))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "--sr writes a DICOM report that refers to a DICOM SEG: both --sr and --output must end in .dcm.");
}

void checkOutputs(const SegmentOptions& options)
{
    checkMaskFormat(options.output);
    if (!options.probabilities.empty())
        checkProbabilitiesFormat(options.probabilities);
    if (!options.overlay.empty())
        checkDrawnOverFormat(options.overlay);
    if (!options.measurements.empty())
        checkMeasurements(options);
    if (!options.report.empty())
        checkReportFormat(options.report);
    checkOutputFiles({options.output, options.probabilities, options.overlay, options.report, options.measurements}, {options.input});
}

struct Seconds
{
    double open = 0;
    double loadModel = 0;
    double segment = 0;
};

Opened openFitting(const SegmentOptions& options, const Console& console)
{
    auto opened = openPicture(options.input, options.series, console.stop, console.progress());
    if (!opened.volume)
        return opened;
    checkFits(options.output, *opened.volume);
    if (!options.probabilities.empty())
        checkFits(options.probabilities, *opened.volume);
    if (isDicom(options.overlay))
        checkFits(options.overlay, *opened.volume);
    console.warn(opened.warnings);
    return opened;
}

SegmentRequest requestOf(const SegmentOptions& options, const imaging::Volume& volume)
{
    SegmentRequest request;
    request.slices = parseSliceRange(options.slices, volume.grid().slices);
    request.text = options.text;
    request.sides = options.sides;
    request.confirmed = options.force ? Confirmed::Yes : Confirmed::No;
    return request;
}

std::unique_ptr<models::Segmenter> openSegmenter(
    const SegmentOptions& options, const imaging::Volume& volume, const SegmentRequest& request)
{
    const auto package = options.model.empty()
        ? models::findPackageFor(imaging::sliceOf(volume, request.slices.empty() ? 0 : request.slices.front()))
        : models::findPackage(options.model);
    requireKind(package, kMaskDrawers);
    return models::library().openSegmenter(
        package, options.device, options.exact ? models::Arithmetic::Exact : models::Arithmetic::Fast);
}

/// The SR on a SEG; one of an earlier run goes with its SEG where there is nothing to measure.
void writeMeasurements(const SegmentOptions& options, const imaging::Volume& volume, const MaskResult& result,
    bool isWritten, imaging::Warnings& warnings)
{
    if (!isWritten) {
        std::error_code ignored;
        std::filesystem::remove(options.measurements, ignored);
        warnings.emplace_back("There is no segmentation to measure, so no DICOM report was written.");
        return;
    }
    const ReportWords words{options.text, {}, annotations::acceptedAsDrawn(result.map)};
    writeReportOn(options.output, options.measurements, {volume, result.map, result.labels, result.provenance}, words,
        {}, {});
}

/// Whether a mask was written: not where there is nothing in it.
bool writeOutputs(const SegmentOptions& options, const imaging::Volume& volume, const SegmentedSlices& outcome,
    const MaskResult& result, imaging::Warnings& warnings)
{
    const bool isWritten = writeMask(options.output, volume, result, warnings);
    if (!options.probabilities.empty())
        writeProbabilities(options.probabilities, volume, outcome, result);
    if (!options.overlay.empty())
        writeOverlay(options.overlay, volume, result);
    if (!options.report.empty())
        writeReportFile(options.report, volume, result);
    if (!options.measurements.empty())
        writeMeasurements(options, volume, result, isWritten, warnings);
    return isWritten;
}

/// Of a package with several classes, each with its voxels.
nlohmann::json classesOf(const SegmentedSlices& outcome, const MaskResult& result, const Console& console)
{
    auto classes = nlohmann::json::array();
    for (const auto& label : outcome.package.classes.empty() ? annotations::LabelTable() : result.labels) {
        const auto voxels = result.map.count(label.value);
        console.line("  " + label.name + ": " + annotations::counted(voxels, "voxel"));
        classes.push_back({{"name", label.name}, {"value", label.value}, {"voxels", voxels}});
    }
    return classes;
}

/// Lines and document of a mask that was made; the document lacks the warnings.
nlohmann::json describe(const SegmentOptions& options, const SegmentedSlices& outcome, const MaskResult& result,
    bool isWritten, const Seconds& seconds, const Console& console)
{
    if (options.model.empty())
        console.line("Model: " + outcome.package.name);
    console.line("Sent to the model: " + outcome.modelText);
    char numbers[200];
    std::snprintf(numbers, sizeof numbers, "; open %.2f s, model %.2f s, segment %.2f s", seconds.open,
        seconds.loadModel, seconds.segment);
    console.line(annotations::counted(result.voxels, "voxel") + " in "
        + annotations::counted(outcome.slices.size(), "slice") + numbers);
    console.line(isWritten ? "Written: " + options.output : "Nothing found; no file: " + options.output);
    const bool isReported = isWritten && !options.measurements.empty();
    if (isReported)
        console.line("Written: " + options.measurements);
    return {{"output", isWritten ? nlohmann::json(options.output) : nlohmann::json()}, {"sr", isReported ? nlohmann::json(options.measurements) : nlohmann::json()}, {"model", outcome.package.name},
        {"model_sha256", outcome.package.sha256}, {"text", options.text}, {"model_text", outcome.modelText},
        {"slices", outcome.slices.size()}, {"voxels", result.voxels},
        {"classes", classesOf(outcome, result, console)},
        {"seconds", {{"open", seconds.open}, {"load_model", seconds.loadModel}, {"segment", seconds.segment}}}};
}

/// The seconds since the last lap, or since it was made.
class Watch
{
public:
    double lap()
    {
        const auto last = std::exchange(m_start, std::chrono::steady_clock::now());
        return std::chrono::duration<double>(m_start - last).count();
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

ExitCode segment(const SegmentOptions& options, const Console& console)
{
    checkOutputs(options);
    Watch watch;
    Seconds seconds;
    const auto opened = openFitting(options, console);
    if (!opened.volume)
        return ExitCode::Cancelled;
    seconds.open = watch.lap();
    const auto request = requestOf(options, *opened.volume);
    const auto segmenter = openSegmenter(options, *opened.volume, request);
    seconds.loadModel = watch.lap();
    const auto outcome = segmentSlices(*segmenter, *opened.volume, request, console.stop, console.progress());
    if (outcome.cancelled)
        return ExitCode::Cancelled;
    seconds.segment = watch.lap();
    console.warn(outcome.warnings);

    const float threshold = options.threshold < 0 ? outcome.package.threshold : static_cast<float>(options.threshold);
    const auto result =
        maskOf(*opened.volume, outcome, options.text, provenanceOf(outcome.package, outcome.modelText, threshold));
    imaging::Warnings written;
    const bool isWritten = writeOutputs(options, *opened.volume, outcome, result, written);
    console.warn(written);
    auto document = describe(options, outcome, result, isWritten, seconds, console);
    auto all = opened.warnings;
    all.insert(all.end(), outcome.warnings.begin(), outcome.warnings.end());
    all.insert(all.end(), written.begin(), written.end());
    document.update({{"threshold", threshold}, {"warnings", all}});
    console.document(document);
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
    command->add_option("--sr", options->measurements,
        "Measurements of the mask's segments as DICOM SR (TID 1500), beside a .dcm mask: .dcm");
    command->add_option(
        "--probabilities", options->probabilities, "Probabilities: .dcm (fractional SEG), .nii.gz, .nrrd or .png");
    command->add_option("--overlay", options->overlay, "Picture with the mask drawn over it: .png, or .dcm (secondary capture)");
    command->add_flag("--force", options->force,
        "Run although the picture is not one the model is for or has no side tags, or there is nothing to draw");
    command->footer(
        "Example: limn segment --input cxr.dcm --text \"one infected area, lower left lung\" --output mask.dcm");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return segment(*options, console); }; });
}

} // namespace app::cli
