#include "app/workflow/open_mask.h"

#include "annotations/grid_match.h"
#include "annotations/seg/reader.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <cmath>
#include <limits>
#include <utility>

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

bool sameSize(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b)
{
    return a.columns == b.columns && a.rows == b.rows && a.slices == b.slices;
}

bool isPng(const std::filesystem::path& path)
{
    const std::string extension = path.extension().string();
    return extension == ".png" || extension == ".PNG";
}

/// Whether the picture says where in the patient its voxels lie: an X-ray's tags do not.
bool hasPlace(const imaging::Volume& picture)
{
    const auto& sources = picture.info().sources;
    return sources.empty() || !sources.front().imagePosition.empty();
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

annotations::LabelMap mapOfFile(const std::filesystem::path& path, const imaging::Volume& mask)
{
    if (mask.components() != 1)
        refuse(path, "it is a colour picture, not a mask.");
    const auto& grid = mask.grid();
    annotations::LabelMap::Voxels voxels(grid.voxels());
    std::size_t at = 0;
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column, ++at) {
                const double value = mask.value({column, row, slice});
                if (value < 0 || value > 65535 || value != std::floor(value))
                    refuse(path, "a mask holds whole numbers from 0 to 65535, and this file holds others.");
                if (value > 0)
                    voxels[at] = static_cast<std::uint16_t>(value);
            }
    return {grid, std::move(voxels)};
}

annotations::Label unnamedLabel(std::uint16_t value)
{
    const auto known = annotations::defaultLabels();
    annotations::Label label;
    label.value = value;
    label.name = "Segment " + std::to_string(value);
    label.type = label.category;
    label.colour = known[value % known.size()].colour;
    return label;
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

annotations::LabelTable labelsFor(const annotations::LabelMap& map)
{
    std::vector<bool> used(65536);
    for (const auto value : map.voxels())
        used[value] = true;
    const auto known = annotations::defaultLabels();
    annotations::LabelTable labels;
    for (std::uint32_t i = 1; i < used.size(); ++i) {
        if (!used[i])
            continue;
        const auto value = static_cast<std::uint16_t>(i);
        const auto* label = annotations::findLabel(known, value);
        labels.push_back(label ? *label : unnamedLabel(value));
    }
    return labels;
}

annotations::LabelMap laidOn(
    annotations::LabelMap map, const std::filesystem::path& file, const imaging::Volume& picture)
{
    const auto& grid = picture.grid();
    const bool placed = !isPng(file) && hasPlace(picture);
    if (placed && annotations::commonGrid(grid, map.grid()).has_value()) {
        try {
            return annotations::onGrid(map, grid);
        } catch (const imaging::Error& error) {
            refuse(file, error.what());
        }
    }
    if (placed && picture.info().spacing != imaging::SpacingKind::Unknown)
        refuse(file,
            "its voxels lie elsewhere: spacing, position or direction differ from the picture's. Resample it to the "
            "picture's grid with the program that made it.");
    if (!sameSize(map.grid(), grid))
        refuse(file, "it has " + sizeOf(map.grid()) + " voxels, the picture " + sizeOf(grid) + ".");
    return map.grid() == grid ? std::move(map) : annotations::LabelMap(grid, map.voxels());
}

OpenedMask openMask(const std::filesystem::path& path, const imaging::Volume& picture)
{
    if (!imaging::isImageFile(path))
        return openSeg(path, picture);
    OpenedMask mask;
    const auto map = laidOn(mapOfFile(path, *imaging::readImageFile(path, mask.warnings)), path, picture);
    mask.runs = runsOf(map);
    mask.labels = labelsFor(map);
    return mask;
}

} // namespace app
