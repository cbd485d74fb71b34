#include "app/workflow/open_mask.h"

#include "annotations/seg/reader.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace app {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "\"" + path.filename().string() + "\" cannot be laid on the open picture: " + why, path.string());
}

std::string sizeOf(const imaging::VoxelGrid& grid)
{
    return std::to_string(grid.columns) + " x " + std::to_string(grid.rows) + " x " + std::to_string(grid.slices);
}

/// Whether the corners of both grids lie on each other within a tenth of a voxel.
bool samePlace(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b)
{
    const double tolerance = 0.1 * *std::min_element(a.spacingMm.begin(), a.spacingMm.end());
    for (int corner = 0; corner < 8; ++corner) {
        const double column = corner & 1 ? a.columns - 1 : 0;
        const double row = corner & 2 ? a.rows - 1 : 0;
        const double slice = corner & 4 ? a.slices - 1 : 0;
        if (imaging::length(a.toPatient(column, row, slice) - b.toPatient(column, row, slice)) > tolerance)
            return false;
    }
    return true;
}

void checkGrid(const std::filesystem::path& path, const imaging::Volume& mask, const imaging::Volume& picture)
{
    const auto& a = picture.grid();
    const auto& b = mask.grid();
    if (a.columns != b.columns || a.rows != b.rows || a.slices != b.slices)
        refuse(path, "it has " + sizeOf(b) + " voxels, the picture " + sizeOf(a) + ".");
    const bool bothKnown =
        picture.info().spacing != imaging::SpacingKind::Unknown && mask.info().spacing != imaging::SpacingKind::Unknown;
    if (bothKnown && !samePlace(a, b))
        refuse(path,
            "it has the same size but lies elsewhere in space. Resample it to the picture's grid with the program that "
            "made it.");
}

/// Adds a voxel to the last run or begins a new one.
void extend(std::vector<LabelRun>& runs, std::size_t at, std::uint16_t value)
{
    if (!runs.empty() && runs.back().value == value && runs.back().offset + runs.back().count == at
        && runs.back().count < std::numeric_limits<std::uint32_t>::max())
        ++runs.back().count;
    else
        runs.push_back({at, 1, value});
}

std::vector<LabelRun> runsOfFile(const std::filesystem::path& path, const imaging::Volume& mask)
{
    if (mask.components() != 1)
        refuse(path, "it is a colour picture, not a mask.");
    const auto& grid = mask.grid();
    std::vector<LabelRun> runs;
    std::size_t at = 0;
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column, ++at) {
                const double value = mask.value({column, row, slice});
                if (value < 0 || value > 65535 || value != std::floor(value))
                    refuse(path, "a mask holds whole numbers from 0 to 65535, and this file holds others.");
                if (value > 0)
                    extend(runs, at, static_cast<std::uint16_t>(value));
            }
    return runs;
}

/// Labels for values that came without names.
annotations::LabelTable labelsFor(const std::vector<LabelRun>& runs)
{
    std::vector<bool> used(65536);
    for (const auto& run : runs)
        used[run.value] = true;
    const auto known = annotations::defaultLabels();
    annotations::LabelTable labels;
    for (std::uint32_t value = 1; value < used.size(); ++value) {
        if (!used[value])
            continue;
        if (const auto* label = annotations::findLabel(known, static_cast<std::uint16_t>(value))) {
            labels.push_back(*label);
            continue;
        }
        annotations::Label label;
        label.value = static_cast<std::uint16_t>(value);
        label.name = "Segment " + std::to_string(value);
        label.type = label.category;
        label.colour = known[value % known.size()].colour;
        labels.push_back(std::move(label));
    }
    return labels;
}

OpenedMask openSeg(const std::filesystem::path& path, const imaging::Volume& picture)
{
    const auto object = annotations::readSeg(path);
    const std::string& series = picture.info().study.seriesInstanceUid;
    if (!object.sourceSeriesUid.empty() && object.sourceSeriesUid != series)
        refuse(path, "it was made from another series (" + object.sourceSeriesUid + "). Open that series first.");
    OpenedMask mask;
    try {
        mask.runs = runsOf(annotations::toLabelMap(object, picture, mask.warnings));
    } catch (const imaging::Error& error) {
        refuse(path, error.what());
    }
    mask.labels = object.segments;
    for (auto& label : mask.labels)
        if (label.name.empty())
            label.name = "Segment " + std::to_string(label.value);
    if (object.type() != annotations::SegType::Binary)
        mask.warnings.emplace_back("The file holds fractions: voxels from one half up are shown as the mask.");
    return mask;
}

} // namespace

MaskSummary summarizeSeg(const std::filesystem::path& path)
{
    const auto object = annotations::readSeg(path);
    MaskSummary summary;
    summary.sourceSeriesUid = object.sourceSeriesUid;
    for (const auto& label : object.segments)
        summary.segments.push_back(label.name);
    return summary;
}

std::vector<LabelRun> runsOf(const annotations::LabelMap& map)
{
    const auto voxels = map.voxels();
    std::vector<LabelRun> runs;
    for (std::size_t i = 0; i < voxels.size(); ++i)
        if (voxels[i] != 0)
            extend(runs, i, voxels[i]);
    return runs;
}

OpenedMask openMask(const std::filesystem::path& path, const imaging::Volume& picture)
{
    if (!imaging::isImageFile(path))
        return openSeg(path, picture);
    OpenedMask mask;
    const auto volume = imaging::readImageFile(path, mask.warnings);
    checkGrid(path, *volume, picture);
    mask.runs = runsOfFile(path, *volume);
    mask.labels = labelsFor(mask.runs);
    return mask;
}

} // namespace app
