#include "app/cli/commands.h"
#include "app/workflow/open.h"
#include "imaging/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string_view>

namespace app::cli {

namespace {

struct ScanOptions
{
    std::string path;
    bool read = false;
};

/// Whether "spacing_mm" is millimetres: of "unknown" only the proportions of a pixel mean something.
std::string_view nameOf(imaging::SpacingKind kind)
{
    switch (kind) {
    case imaging::SpacingKind::Calibrated:
        return "patient";
    case imaging::SpacingKind::AtDetector:
        return "detector";
    case imaging::SpacingKind::Unknown:
        break;
    }
    return "unknown";
}

nlohmann::json describe(const imaging::SeriesInfo& series)
{
    nlohmann::json entry{{"uid", series.id}, {"modality", series.study.modality},
        {"description", series.study.seriesDescription}, {"study_uid", series.study.studyInstanceUid},
        {"study_date", series.study.studyDate}, {"series_number", series.study.seriesNumber},
        {"files", series.files.size()}, {"slices", series.slices}, {"columns", series.columns}, {"rows", series.rows},
        {"displayable", series.displayable}, {"regular", series.notRegular.empty()}, {"warnings", series.warnings}};
    if (!series.notRegular.empty())
        entry["not_regular"] = series.notRegular;
    if (series.slices > 0 && !isPictureFile(series)) { // Of such a file nothing is known before it is read.
        entry["spacing_mm"] = series.grid.spacingMm;
        entry["spacing"] = nameOf(series.spacing);
    }
    return entry;
}

/// What no header tells before a NIfTI, NRRD, PNG or JPEG file is read.
void addSize(const imaging::Volume& volume, nlohmann::json& entry)
{
    const auto& grid = volume.grid();
    entry["slices"] = grid.slices;
    entry["columns"] = grid.columns;
    entry["rows"] = grid.rows;
    entry["spacing_mm"] = grid.spacingMm;
    entry["spacing"] = nameOf(volume.info().spacing);
}

void addStatistics(const imaging::Volume& volume, double seconds, nlohmann::json& entry)
{
    const auto voxels = imaging::statistics(volume);
    entry["minimum"] = voxels.minimum;
    entry["maximum"] = voxels.maximum;
    entry["sum"] = voxels.sum;
    entry["seconds"] = seconds;
}

/// Decodes all pixels of a series and adds minimum, maximum, sum and seconds when they are wanted, or the reason why it
/// could not.
bool addVoxels(const imaging::SeriesInfo& series, bool wanted, nlohmann::json& entry, const Console& console)
{
    const auto start = std::chrono::steady_clock::now();
    try {
        const auto loaded = readSeries(series, console.stop, console.progress());
        if (!loaded.volume)
            return true;
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (isPictureFile(series))
            addSize(*loaded.volume, entry);
        if (wanted)
            addStatistics(*loaded.volume, seconds, entry);
        for (const auto& warning : loaded.warnings)
            if (std::find(series.warnings.begin(), series.warnings.end(), warning) == series.warnings.end())
                entry["warnings"].push_back(warning);
        return true;
    } catch (const imaging::Error& error) {
        entry["error"] = error.what();
        return false;
    }
}

/// A file's text cannot move the cursor or forge a line.
std::string printable(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return text;
}

std::string textLine(const nlohmann::json& entry)
{
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, "%-4s %4d slices  %4d x %-4d",
        printable(entry["modality"].get<std::string>()).c_str(), entry["slices"].get<int>(),
        entry["columns"].get<int>(), entry["rows"].get<int>());
    std::string line = buffer;
    if (entry.contains("spacing_mm") && entry["spacing"] == nameOf(imaging::SpacingKind::Unknown)) {
        line += "  pixels of unknown size";
    } else if (entry.contains("spacing_mm")) {
        std::snprintf(buffer, sizeof buffer, "  %.4g x %.4g x %.4g mm", entry["spacing_mm"][0].get<double>(),
            entry["spacing_mm"][1].get<double>(), entry["spacing_mm"][2].get<double>());
        line += buffer;
    }
    line += "  " + printable(entry["description"].get<std::string>()) + "  " + entry["uid"].get<std::string>();
    if (entry.contains("sum")) {
        std::snprintf(buffer, sizeof buffer, "\n       minimum %.10g  maximum %.10g  sum %.15g  %.3f s",
            entry["minimum"].get<double>(), entry["maximum"].get<double>(), entry["sum"].get<double>(),
            entry["seconds"].get<double>());
        line += buffer;
    }
    if (entry.contains("error"))
        line += "\n       not readable: " + entry["error"].get<std::string>();
    return line;
}

/// What to say when no series was found and no refusal says why.
void tellNothing(const imaging::ScanResult& found, const std::string& path, const Console& console)
{
    const bool told = std::any_of(
        found.refused.begin(), found.refused.end(), [](const imaging::RefusedFile& file) { return file.isDicom; });
    if (!found.series.empty() || told)
        return;
    if (found.refused.size() == 1)
        return console.warn({found.refused.front().reason});
    console.warn({found.refused.empty()
            ? "There is no DICOM object in \"" + path + "\"."
            : "None of the " + std::to_string(found.refused.size()) + " files in \"" + path + "\" is a DICOM file."});
}

/// 3 when nothing could be read, 4 when something was refused, 0 otherwise.
ExitCode codeFor(const imaging::ScanResult& found, std::size_t unreadable)
{
    std::size_t refused = unreadable;
    for (const auto& file : found.refused)
        refused += file.isDicom ? 1 : 0;
    if (found.series.size() == unreadable)
        return ExitCode::Refused;
    return refused > 0 ? ExitCode::PartlyDone : ExitCode::Done;
}

ExitCode scan(const ScanOptions& options, const Console& console)
{
    const auto start = std::chrono::steady_clock::now();
    const auto found = findSeries(options.path, console.stop, console.progress());
    const double scanSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    auto list = nlohmann::json::array();
    std::size_t unreadable = 0;
    for (const auto& series : found.series) {
        auto entry = describe(series);
        // Also doses and segmentations, which are not opened as pictures.
        const bool needed = options.read || isPictureFile(series);
        if (needed && series.slices > 0 && !addVoxels(series, options.read, entry, console))
            ++unreadable;
        console.line(textLine(entry));
        console.warn(entry["warnings"].get<imaging::Warnings>());
        list.push_back(std::move(entry));
    }
    auto refused = nlohmann::json::array();
    for (const auto& file : found.refused) {
        refused.push_back({{"path", file.path}, {"reason", file.reason}, {"dicom", file.isDicom}});
        if (file.isDicom)
            console.warn({file.reason});
    }
    console.warn(found.warnings);
    tellNothing(found, options.path, console);
    console.document({{"series", list}, {"refused", refused}, {"warnings", found.warnings},
        {"scan_seconds", scanSeconds}});
    if (found.cancelled || console.stop.stop_requested())
        return ExitCode::Cancelled;
    return codeFor(found, unreadable);
}

} // namespace

void addScan(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<ScanOptions>();
    CLI::App* command = parent.add_subcommand("scan", "List the series in a file, folder, DICOMDIR or zip archive");
    command->add_option("path", options->path, "DICOM file, folder, DICOMDIR or zip archive, NIfTI, NRRD, PNG or JPEG")
        ->required();
    command->add_flag("--read", options->read, "Also decode every voxel: minimum, maximum, sum and seconds");
    command->footer("Example: limn scan study/ --read --json");
    command->callback([&run, options] { run = [options](const Console& console) { return scan(*options, console); }; });
}

} // namespace app::cli
