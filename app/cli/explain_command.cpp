#include "app/cli/commands.h"
#include "app/cli/model_option.h"
#include "app/cli/output_check.h"
#include "app/cli/sides_option.h"
#include "app/workflow/explain.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/slice_range.h"
#include "imaging/error.h"
#include "models/facade/library.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace app::cli {

namespace {

struct ExplainOptions
{
    std::string model;
    std::string device = "auto";
    bool listLayers = false;
    std::string input;
    std::string series;
    std::string slice = "1";
    std::string text;
    imaging::Sides sides = imaging::Sides::Patient;
    std::string layer;
    std::string mask;
    std::string compareText;
    bool force = false;
    std::string output;
};

ExitCode listLayers(const models::Segmenter& segmenter, const Console& console)
{
    auto layers = nlohmann::json::array();
    for (const auto& layer : segmenter.layers()) {
        char line[96];
        std::snprintf(line, sizeof line, "%-14s %-8s %4d channels of %d x %d", layer.name.c_str(), layer.kind.c_str(),
            layer.channels, layer.columns, layer.rows);
        console.line(line);
        layers.push_back({{"name", layer.name}, {"kind", layer.kind}, {"channels", layer.channels},
            {"columns", layer.columns}, {"rows", layer.rows}});
    }
    console.document({{"model", segmenter.package().name}, {"default", models::kDefaultCamLayer}, {"layers", layers}});
    return ExitCode::Done;
}

void checkGiven(const ExplainOptions& options)
{
    const std::pair<const char*, const std::string*> needed[] = {
        {"--input", &options.input}, {"--text", &options.text}, {"--output", &options.output}};
    for (const auto& [name, value] : needed)
        if (value->empty())
            throw imaging::Error(imaging::ErrorKind::WrongUse, std::string(name) + " is required (or --list-layers).");
    checkOverlayFormat(options.output);
    checkOutputFiles({options.output}, {options.input, options.mask});
}

/// One slice of a mask file that lies on the picture; 1 inside.
std::vector<std::uint8_t> regionOf(
    const std::string& path, const imaging::Volume& volume, int slice, Confirmed confirmed, const Console& console)
{
    const auto opened = openMask(path, volume, confirmed);
    console.warn(opened.warnings);
    const auto pixels = volume.grid().sliceVoxels();
    const std::size_t first = pixels * static_cast<std::size_t>(slice), last = first + pixels;
    std::vector<std::uint8_t> region(pixels);
    for (const auto& run : opened.runs)
        for (auto voxel = std::max(run.offset, first); voxel < std::min(run.offset + run.count, last); ++voxel)
            region[voxel - first] = run.value != 0 ? 1 : 0;
    return region;
}

ExplainSliceRequest requestOf(const ExplainOptions& options, const imaging::Volume& volume, const Console& console)
{
    ExplainSliceRequest request;
    request.slice = parseOneSlice(options.slice, volume.grid().slices);
    request.text = options.text;
    request.sides = options.sides;
    request.confirmed = options.force ? Confirmed::Yes : Confirmed::No;
    request.what.layer = options.layer;
    if (!options.mask.empty())
        request.what.region = regionOf(options.mask, volume, request.slice, request.confirmed, console);
    if (!options.compareText.empty())
        request.compareText = options.compareText == "none" ? std::string() : options.compareText;
    return request;
}

nlohmann::json documentOf(const ExplainOptions& options, const ExplainOutcome& outcome,
    const models::PackageInfo& package, const imaging::Warnings& warnings)
{
    const auto& explanation = outcome.explanation;
    nlohmann::json document{{"output", options.output}, {"model", package.name}, {"model_sha256", package.sha256},
        {"layer", explanation.layer}, {"slice", outcome.slice + 1}, {"text", options.text},
        {"model_text", outcome.modelText}, {"score", explanation.score},
        {"region_pixels", std::count(explanation.region.begin(), explanation.region.end(), 1)},
        {"seconds", explanation.seconds}, {"warnings", warnings}};
    if (outcome.compared)
        document["compared"] = {{"model_text", outcome.compareModelText}, {"score", outcome.compared->score}};
    return document;
}

ExitCode explain(const ExplainOptions& options, const Console& console)
{
    if (!options.listLayers)
        checkGiven(options);
    const auto package = models::findPackage(options.model);
    requireKind(package, kMaskDrawers);
    const auto segmenter = models::library().openSegmenter(package, options.device);
    if (options.listLayers)
        return listLayers(*segmenter, console);
    const auto opened = openPicture(options.input, options.series, console.stop, console.progress());
    if (!opened.volume)
        return ExitCode::Cancelled;
    console.warn(opened.warnings);
    const auto request = requestOf(options, *opened.volume, console);
    const auto outcome = explainSlice(*segmenter, *opened.volume, request, console.stop, console.progress());
    if (outcome.cancelled)
        return ExitCode::Cancelled;
    console.warn(outcome.warnings);
    writeExplanation(options.output, *opened.volume, outcome);
    char line[160];
    std::snprintf(line, sizeof line, "Layer %s, mean logit over the region %.3f", outcome.explanation.layer.c_str(),
        outcome.explanation.score);
    console.line("Sent to the model: " + outcome.modelText);
    console.line(line);
    if (outcome.compared) {
        std::snprintf(line, sizeof line, "Under the other text (%s): %.3f",
            outcome.compareModelText.empty() ? "none" : "given", outcome.compared->score);
        console.line(line);
    }
    console.line("Written: " + options.output);
    console.document(documentOf(options, outcome, segmenter->package(), console.warned()));
    return ExitCode::Done;
}

} // namespace

void addExplain(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<ExplainOptions>();
    CLI::App* command =
        parent.add_subcommand("explain", "Grad-CAM: where in the picture a layer speaks for the mask of a sentence");
    command->add_option("--model", options->model, "Model package: a folder or a name (default: the one that ships)");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    command->add_flag("--list-layers", options->listLayers, "Name the layers, and do no more");
    command->add_option("--input", options->input, "DICOM file or folder, NIfTI, NRRD, PNG or JPEG");
    command->add_option("--series", options->series, "Series UID as `limn scan` prints it, when there are several");
    command->add_option("--slice", options->slice, "Which slice, counted from 1")->capture_default_str();
    command->add_option("--text", options->text, "What is seen, in the words of a report");
    addSidesOption(*command, "--side", options->sides, "Whose left and right the text means")->default_str("patient");
    command->add_option("--layer", options->layer, std::string("Default: ") + models::kDefaultCamLayer);
    command->add_option(
        "--mask", options->mask, "Region to explain: SEG, NIfTI, NRRD or PNG (default: the mask that the model draws)");
    command->add_option("--compare-text", options->compareText, "Another sentence to set beside it, or none");
    command->add_flag(
        "--force", options->force, "Run although the picture is not one the model is for, or has no side tags");
    command->add_option("--output", options->output, "Picture, .png");
    command->footer("Example: limn explain --input cxr.dcm --text \"one infected area, lower left lung\" --layer up2 "
                    "--compare-text none --output why.png");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return explain(*options, console); }; });
}

} // namespace app::cli
