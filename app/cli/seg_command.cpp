#include "annotations/grid_match.h"
#include "annotations/report/report_words.h"
#include "annotations/seg/compare.h"
#include "annotations/seg/reader.h"
#include "app/cli/commands.h"
#include "app/cli/object_info.h"
#include "app/cli/output_check.h"
#include "app/workflow/mask_files.h"
#include "app/workflow/open_mask.h"
#include "imaging/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace app::cli {

namespace {

std::string_view nameOf(annotations::SegType type)
{
    switch (type) {
    case annotations::SegType::Binary:
        return "BINARY";
    case annotations::SegType::FractionalProbability:
        return "FRACTIONAL PROBABILITY";
    case annotations::SegType::FractionalOccupancy:
        return "FRACTIONAL OCCUPANCY";
    case annotations::SegType::LabelMap:
        break;
    }
    return "LABELMAP";
}

std::string_view nameOf(annotations::AlgorithmType type)
{
    switch (type) {
    case annotations::AlgorithmType::Automatic:
        return "AUTOMATIC";
    case annotations::AlgorithmType::SemiAutomatic:
        return "SEMIAUTOMATIC";
    case annotations::AlgorithmType::Manual:
        break;
    }
    return "MANUAL";
}

std::string_view nameOf(annotations::VolumeKind kind)
{
    switch (kind) {
    case annotations::VolumeKind::Known:
        return "known";
    case annotations::VolumeKind::Estimate:
        return "estimate";
    case annotations::VolumeKind::Unknown:
        break;
    }
    return "unknown";
}

/// "12.34 ml", or with as many digits as a small volume needs; what is no more than an estimate is called one.
std::string volumeText(const annotations::SegmentInfo& segment, annotations::VolumeKind kind)
{
    if (!segment.millilitres)
        return "volume unknown";
    char text[48];
    std::snprintf(text, sizeof text, *segment.millilitres < 1 ? "%.3g ml" : "%.2f ml", *segment.millilitres);
    return kind == annotations::VolumeKind::Estimate ? "about " + std::string(text) + " (an estimate)" : text;
}

nlohmann::json orNull(const std::optional<double>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

/// Null where there is no code.
nlohmann::json describe(const annotations::Code& code)
{
    if (code.value.empty())
        return {};
    return {{"value", code.value}, {"scheme", code.scheme}, {"meaning", code.meaning}};
}

nlohmann::json describe(const annotations::SegmentInfo& segment, annotations::VolumeKind kind)
{
    const annotations::Label& label = segment.label;
    return {{"number", segment.number}, {"name", label.name}, {"frames", segment.frames}, {"voxels", segment.voxels},
        {"millilitres", orNull(segment.millilitres)}, {"volume", nameOf(kind)},
        {"algorithm_type", nameOf(label.algorithm)},
        {"algorithm", label.algorithmName}, {"description", label.description}, {"colour", label.colour},
        {"category", describe(label.category)}, {"type", describe(label.type)}, {"region", describe(label.region)},
        {"laterality", describe(label.laterality)}};
}

ExitCode info(const std::string& path, const Console& console)
{
    if (describeOtherObject(path, console))
        return ExitCode::Done;
    const auto found = annotations::segInfo(annotations::readSeg(path));
    console.warn(found.warnings);
    console.line(std::string(nameOf(found.type)) + ", " + std::to_string(found.columns) + " x "
        + std::to_string(found.rows) + ", " + annotations::counted(std::size_t(found.frames), "frame") + " on "
        + annotations::counted(std::size_t(found.planes), "plane") + (found.overlap ? ", segments overlap" : ""));
    auto segments = nlohmann::json::array();
    for (const auto& segment : found.segments) {
        console.line("  " + std::to_string(segment.number) + "  " + segment.label.name + "  "
            + annotations::counted(std::size_t(segment.frames), "frame") + ", "
            + annotations::counted(std::size_t(segment.voxels), "voxel") + ", " + volumeText(segment, found.volumes));
        segments.push_back(describe(segment, found.volumes));
    }
    console.document({{"type", nameOf(found.type)}, {"columns", found.columns}, {"rows", found.rows},
        {"frames", found.frames}, {"planes", found.planes}, {"sop_instance_uid", found.sopInstanceUid},
        {"series_uid", found.seriesInstanceUid}, {"source_series_uid", found.sourceSeriesUid},
        {"description", found.seriesDescription}, {"overlap", found.overlap}, {"segments", segments},
        {"warnings", found.warnings}});
    return ExitCode::Done;
}

struct CompareOptions
{
    std::string a;
    std::string b;
};

/// Two masks on one grid.
struct MaskPair
{
    annotations::LabelMap a;
    annotations::LabelMap b;
};

bool isOnePicture(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b)
{
    return a.columns == b.columns && a.rows == b.rows && a.slices == 1 && b.slices == 1;
}

/// Reads both and lays them on one grid by where their voxels lie. Pictures without a place in the patient (X-rays,
/// PNG) are compared pixel by pixel.
MaskPair readPair(const CompareOptions& options, imaging::Warnings& warnings)
{
    auto a = readMask(options.a, warnings);
    auto b = readMask(options.b, warnings);
    auto grid = annotations::commonGrid(a.grid(), b.grid());
    if (!grid)
        grid = annotations::commonGrid(b.grid(), a.grid()); // The distance of a single slice says nothing.
    if (grid)
        return {annotations::onGrid(a, *grid), annotations::onGrid(b, *grid)};
    if (!isOnePicture(a.grid(), b.grid()))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "\"" + options.a + "\" and \"" + options.b
                + "\" cannot be compared: their voxels do not lie at the same places (size, spacing, position or "
                  "direction differ).");
    warnings.emplace_back("The two files do not lie at the same place; they were compared pixel by pixel, with the "
                          "distances of the first.");
    return {std::move(a), std::move(b)};
}

std::vector<std::uint8_t> insideOf(const annotations::LabelMap& map)
{
    std::vector<std::uint8_t> mask(map.voxels().size());
    std::transform(map.voxels().begin(), map.voxels().end(), mask.begin(),
        [](std::uint16_t value) { return static_cast<std::uint8_t>(value != 0 ? 1 : 0); });
    return mask;
}

nlohmann::json describe(const annotations::MaskComparison& result)
{
    return {{"dice", result.dice}, {"iou", result.iou}, {"voxels_a", result.voxelsA}, {"voxels_b", result.voxelsB},
        {"common", result.common}, {"hausdorff_mm", orNull(result.hausdorffMm)},
        {"hausdorff95_mm", orNull(result.hausdorff95Mm)}};
}

std::set<std::uint16_t> valuesOf(const annotations::LabelMap& map)
{
    std::set<std::uint16_t> values;
    std::uint16_t last = 0;
    for (const std::uint16_t value : map.voxels()) {
        if (value != last)
            values.insert(value);
        last = value;
    }
    values.erase(0);
    return values;
}

/// By value, for each that occurs, where there is more than one: segments with the same number.
using Comparisons = std::map<std::uint16_t, annotations::MaskComparison>;

Comparisons compareValues(const MaskPair& pair)
{
    auto values = valuesOf(pair.a);
    values.merge(valuesOf(pair.b));
    Comparisons comparisons;
    for (const std::uint16_t value : values.size() > 1 ? values : std::set<std::uint16_t>())
        comparisons.emplace(value, annotations::compareLabels(pair.a, value, pair.b, value));
    return comparisons;
}

nlohmann::json tell(const Comparisons& comparisons, const Console& console)
{
    auto list = nlohmann::json::array();
    for (const auto& [value, result] : comparisons) {
        char line[160];
        std::snprintf(line, sizeof line, "  %u: Dice %.4f  IoU %.4f  voxels %zu and %zu", unsigned{value}, result.dice,
            result.iou, result.voxelsA, result.voxelsB);
        console.line(line);
        list.push_back(describe(result));
        list.back()["number"] = value;
    }
    return list;
}

/// Files that agree as a whole and in no segment are numbered differently.
void noteNumbering(double dice, const Comparisons& segments, imaging::Warnings& warnings)
{
    constexpr double kAgree = 0.5;
    const auto differs = [](const auto& segment) { return segment.second.dice < kAgree; };
    if (dice >= kAgree && !segments.empty() && std::all_of(segments.begin(), segments.end(), differs))
        warnings.emplace_back("The masks agree as a whole and in no segment: the two files seem to number their segments "
                              "differently (see `limn seg info`).");
}

ExitCode compare(const CompareOptions& options, const Console& console)
{
    imaging::Warnings warnings;
    const MaskPair pair = readPair(options, warnings);
    const auto result = annotations::compareMasks(insideOf(pair.a), insideOf(pair.b), pair.a.grid());
    char line[160];
    std::snprintf(line, sizeof line, "Dice %.4f  IoU %.4f  voxels %zu and %zu, common %zu", result.dice, result.iou,
        result.voxelsA, result.voxelsB, result.common);
    console.line(line);
    if (result.hausdorffMm) {
        std::snprintf(line, sizeof line, "Hausdorff %.2f mm, 95 %% %.2f mm", *result.hausdorffMm,
            result.hausdorff95Mm.value_or(0));
        console.line(line);
    }
    auto document = describe(result);
    const auto segments = compareValues(pair);
    document["segments"] = tell(segments, console);
    noteNumbering(result.dice, segments, warnings);
    console.warn(warnings);
    document["warnings"] = warnings;
    console.document(document);
    return ExitCode::Done;
}

struct ConvertOptions
{
    std::string input;
    std::string output;
    std::string source;
    std::string series;
    DicomKind kind = DicomKind::Seg;
    std::vector<std::string> labels; ///< "1=Nodule"
    bool force = false;
};

ValueNames namesOf(const std::vector<std::string>& labels)
{
    ValueNames names;
    for (const auto& label : labels) {
        const auto sign = label.find('=');
        unsigned value = 0;
        const char* end = label.data() + std::min(sign, label.size());
        const auto [rest, problem] = std::from_chars(label.data(), end, value);
        if (sign == std::string::npos || sign + 1 == label.size() || problem != std::errc() || rest != end || value == 0
            || value > 65535 || !names.emplace(std::uint16_t(value), label.substr(sign + 1)).second)
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "--label says what a value of the mask means, each once: --label 1=Nodule; this is \"" + label + "\".");
    }
    return names;
}

ExitCode convert(const ConvertOptions& options, const Console& console)
{
    imaging::Warnings warnings;
    checkConvertedFormat(options.output);
    checkOutputFiles({options.output}, {options.input, options.source});
    const auto converted = convertMask(options.input, options.output, options.source, options.series, options.kind,
        namesOf(options.labels), options.force ? Confirmed::Yes : Confirmed::No, console.stop, warnings);
    if (converted == Converted::Cancelled)
        return ExitCode::Cancelled;
    console.warn(warnings);
    console.line("Written: " + options.output);
    console.document({{"output", options.output}, {"warnings", warnings}});
    return converted == Converted::Partly ? ExitCode::PartlyDone : ExitCode::Done;
}

} // namespace

void addSeg(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* seg = parent.add_subcommand("seg", "Look into segmentations, compare and convert them");
    seg->require_subcommand(1);
    seg->footer("Example: limn seg info mask.dcm");

    auto path = std::make_shared<std::string>();
    CLI::App* infoCommand = seg->add_subcommand("info", "What a DICOM SEG, SR (measurements) or RTSTRUCT holds");
    infoCommand->add_option("file", *path, "DICOM SEG, SR or RTSTRUCT")->required();
    infoCommand->footer("Example: limn seg info mask.dcm --json");
    infoCommand->callback([&run, path] { run = [path](const Console& console) { return info(*path, console); }; });

    auto pair = std::make_shared<CompareOptions>();
    CLI::App* compareCommand =
        seg->add_subcommand("compare", "Dice, IoU and Hausdorff distance of two masks on the same grid");
    compareCommand->add_option("a", pair->a, "SEG, NIfTI, NRRD or PNG")->required();
    compareCommand->add_option("b", pair->b, "SEG, NIfTI, NRRD or PNG")->required();
    compareCommand->footer("Example: limn seg compare mine.dcm theirs.nii.gz");
    compareCommand->callback(
        [&run, pair] { run = [pair](const Console& console) { return compare(*pair, console); }; });

    auto files = std::make_shared<ConvertOptions>();
    CLI::App* convertCommand =
        seg->add_subcommand("convert", "SEG or RTSTRUCT to NIfTI, NRRD, PNG or STL, and back onto its source series");
    convertCommand->add_option("input", files->input, "SEG, RTSTRUCT, NIfTI, NRRD or PNG")->required();
    convertCommand->add_option("output", files->output, ".dcm, .nii.gz, .nrrd, .png, or .stl (the surfaces, in mm)")->required();
    convertCommand->add_option(
        "--source", files->source, "DICOM file or folder that the mask lies on; needed for .dcm and RTSTRUCT");
    convertCommand
        ->add_option("--as", files->kind, "What a .dcm output is: seg, or rtstruct for contours")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, DicomKind>{{"seg", DicomKind::Seg}, {"rtstruct", DicomKind::Structures}}))
        ->default_str("seg");
    convertCommand->add_option("--series", files->series, "Series UID in --source, when there are several");
    convertCommand->add_option("--label", files->labels,
        "What a value of a NIfTI, NRRD or PNG mask means, for .dcm: VALUE=NAME, once for each value");
    convertCommand->add_flag("--force", files->force,
        "Convert although the mask says that it is another patient's or lies in another frame of reference, or nothing "
        "tells which way round it is stored");
    convertCommand->footer("Example: limn seg convert mask.nii.gz mask.dcm --source ct/ --label 1=Nodule");
    convertCommand->callback(
        [&run, files] { run = [files](const Console& console) { return convert(*files, console); }; });
}

} // namespace app::cli
