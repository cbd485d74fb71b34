#include "app/workflow/open_mask.h"

#include "annotations/grid_match.h"
#include "annotations/seg/reader.h"
#include "app/workflow/label_names.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace app {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why,
    imaging::Confirmable confirmable = imaging::Confirmable::Nothing)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "\"" + path.filename().string() + "\" cannot be laid on the picture: " + why, path.string(), confirmable);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const imaging::Error& why)
{
    refuse(path, why.what(), why.confirmable());
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

/// Whether the three components of each voxel are the same: grey that was stored as a colour.
bool isGrey(const imaging::Volume& mask)
{
    if (mask.components() != 3 || mask.type() != imaging::VoxelType::UInt8)
        return false;
    const auto values = mask.voxels<std::uint8_t>();
    for (std::size_t i = 0; i + 2 < values.size(); i += 3)
        if (values[i] != values[i + 1] || values[i] != values[i + 2])
            return false;
    return true;
}

/// A mask of a file that is no SEG.
struct FileMask
{
    annotations::LabelMap map;
    bool axesKnown = false; ///< The file says how its axes lie in the patient.
};

annotations::LabelMap mapOfFile(const std::filesystem::path& path, const imaging::Volume& mask)
{
    const auto refuseFile = [&](const std::string& why) {
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "\"" + path.filename().string() + "\" cannot be read as a mask: " + why, path.string());
    };
    if (mask.components() != 1 && !isGrey(mask))
        refuseFile("it is a colour picture, not a mask.");
    const auto& grid = mask.grid();
    annotations::LabelMap::Voxels voxels(grid.voxels());
    std::size_t at = 0;
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column, ++at) {
                const double value = mask.value({column, row, slice});
                if (!(value >= 0 && value <= 65535) || value != std::floor(value))
                    refuseFile("a mask holds whole numbers from 0 to 65535, and this file holds others.");
                if (value > 0)
                    voxels[at] = static_cast<std::uint16_t>(value);
            }
    return {grid, std::move(voxels)};
}

annotations::Label unnamedLabel(std::uint16_t value)
{
    const auto known = annotations::defaultLabels();
    auto label = uncodedLabel("Segment " + std::to_string(value));
    label.value = value;
    label.colour = known[(value - 1) % known.size()].colour;
    return label;
}

FileMask readFileMask(const std::filesystem::path& path, imaging::Warnings& warnings)
{
    const auto volume = imaging::readLabelFile(path, warnings);
    const bool known = volume->info().axesKnown && volume->info().sidesDoubt == imaging::SidesDoubt::None;
    return {mapOfFile(path, *volume), known && !isPng(path)};
}

annotations::LaidMask pixelByPixel(annotations::LabelMap map, const imaging::VoxelGrid& grid)
{
    if (!sameSize(map.grid(), grid))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "it has " + sizeOf(map.grid()) + " voxels, the picture " + sizeOf(grid) + ".");
    if (map.grid() == grid)
        return {std::move(map), false, 0};
    return {annotations::LabelMap(grid, map.voxels()), false, 0};
}

/// On a picture that does not say where it lies: by the axes of both; without axes pixel by pixel, which has to be
/// confirmed where the mask has some, since a mask of the other side looks as right as its own.
annotations::LaidMask layWithoutPlace(FileMask mask, const std::filesystem::path& file,
    const imaging::Volume& picture, Confirmed confirmed, imaging::Warnings& warnings)
{
    const auto inPatient = imaging::gridInPatient(picture);
    if (mask.axesKnown && inPatient)
        return annotations::layByAxes(mask.map, inPatient->axes, picture.grid());
    const bool open = mask.axesKnown || (inPatient && !isPng(file));
    if (mask.axesKnown && confirmed == Confirmed::No)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "it says how its axes lie in the patient and the picture does not, so nothing tells whether it is stored "
            "the same way round. If it is known to lie on the picture pixel by pixel, save it as PNG.",
            {}, imaging::Confirmable::Run);
    auto laid = pixelByPixel(std::move(mask.map), picture.grid());
    if (open)
        warnings.emplace_back("Nothing says how its axes and the picture's lie to each other: it was laid on the picture "
                              "pixel by pixel.");
    return laid;
}

/// A NIfTI, NRRD or PNG file's mask on the picture. Of a picture without a spacing the file's distances may differ.
annotations::LaidMask layFile(FileMask mask, const std::filesystem::path& file, const imaging::Volume& picture,
    Confirmed confirmed, imaging::Warnings& warnings)
{
    const annotations::PictureGrid target{picture.grid(), true, {}};
    const bool placed = !isPng(file) && hasPlace(picture);
    const bool known = picture.info().spacing != imaging::SpacingKind::Unknown;
    const bool byPlace =
        placed && (known || annotations::placeOn(mask.map.grid(), target).fit == annotations::Fit::Exact);
    try {
        return byPlace ? annotations::layOn(mask.map, target)
                       : layWithoutPlace(std::move(mask), file, picture, confirmed, warnings);
    } catch (const imaging::Error& error) {
        refuse(file, error);
    }
}

MaskOnPicture layImageFile(
    const std::filesystem::path& path, const imaging::Volume& picture, Confirmed confirmed, imaging::Warnings& warnings)
{
    auto mask = readFileMask(path, warnings);
    const auto own = mask.map.grid();
    auto laid = layFile(std::move(mask), path, picture, confirmed, warnings);
    if (laid.resampled)
        warnings.push_back(annotations::resamplingNote(own, picture.grid()));
    if (laid.outside > 0)
        warnings.push_back(
            std::to_string(laid.outside) + " labelled voxels lie outside the picture and were left out.");
    auto labels = labelsFor(laid.map);
    return {std::move(laid.map), std::move(labels), laid.resampled, laid.outside > 0};
}

/// A SEG that was made from other pictures than the open ones.
void checkSeries(
    const annotations::SegObject& object, const std::filesystem::path& path, const imaging::Volume& picture)
{
    const std::string& series = picture.info().study.seriesInstanceUid;
    if (!object.sourceSeriesUid.empty() && object.sourceSeriesUid != series)
        refuse(path, "it was made from another series (" + object.sourceSeriesUid + "). Open that series first.");
}

} // namespace

MaskSummary summarizeSeg(const std::filesystem::path& path)
{
    const auto object = annotations::describeSeg(path);
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
    annotations::LabelTable labels;
    for (std::uint32_t value = 1; value < used.size(); ++value)
        if (used[value])
            labels.push_back(unnamedLabel(static_cast<std::uint16_t>(value)));
    return labels;
}

std::string unnamedNote(const std::filesystem::path& file)
{
    return "\"" + file.filename().string()
        + "\" does not say what its values mean: name its segments before they are sent.";
}

annotations::LabelMap readMask(const std::filesystem::path& path, imaging::Warnings& warnings)
{
    if (!imaging::isImageFile(path))
        return annotations::toLabelMap(annotations::readSeg(path), warnings);
    return readFileMask(path, warnings).map;
}

annotations::LabelTable mergedLabels(annotations::LabelTable labels, const annotations::LabelTable& opened,
    std::map<std::uint16_t, std::uint16_t>& values)
{
    for (annotations::Label label : opened) {
        const std::uint16_t stored = label.value;
        const auto same = std::find_if(labels.begin(), labels.end(),
            [&](const auto& other) { return other.name == label.name && other.type == label.type; });
        if (same != labels.end())
            label.value = same->value;
        else if (annotations::findLabel(labels, stored) || stored == 0)
            label.value = annotations::freeValue(labels); // The file's number means another label here.
        values[stored] = label.value;
        if (same == labels.end()) {
            labels.push_back(std::move(label));
            continue;
        }
        label.visible = same->visible;
        label.locked = same->locked;
        *same = std::move(label);
    }
    return labels;
}

void replaceMasks(annotations::MaskEdit& edit, std::span<const int> labelled, const OpenedMask& mask,
    const std::map<std::uint16_t, std::uint16_t>& values)
{
    const auto& grid = edit.grid();
    for (const int slice : labelled)
        edit.paintRun(grid.offset({0, 0, slice}), grid.sliceVoxels(), 0);
    for (const auto& run : mask.runs)
        edit.paintRun(run.offset, run.count, values.at(run.value));
}

MaskOnPicture layOnPicture(const annotations::SegObject& object, const std::filesystem::path& path,
    const imaging::Volume& picture, OtherFrames others, Confirmed confirmed, imaging::Warnings& warnings)
{
    MaskOnPicture mask{annotations::LabelMap(imaging::VoxelGrid()), object.segments, false};
    try {
        auto laid = annotations::layOn(object, picture, warnings, belongingOf(confirmed));
        if (others == OtherFrames::Lost)
            annotations::warnOfLostFrames(object, laid.framesOutside, warnings);
        mask.map = std::move(laid.map);
        mask.resampled = laid.resampled;
        mask.partly = laid.framesOutside + laid.framesUnclear > 0;
    } catch (const imaging::Error& error) {
        refuse(path, error);
    }
    for (auto& label : mask.labels)
        if (label.name.empty())
            label.name = "Segment " + std::to_string(label.value);
    if (object.type() == annotations::SegType::FractionalProbability
        || object.type() == annotations::SegType::FractionalOccupancy)
        warnings.emplace_back("The file holds fractions: voxels from one half up are taken as the mask.");
    return mask;
}

annotations::Belonging belongingOf(Confirmed confirmed)
{
    return confirmed == Confirmed::Yes ? annotations::Belonging::Confirmed : annotations::Belonging::Required;
}

MaskOnPicture readMaskOn(const std::filesystem::path& path, const imaging::Volume& picture, Confirmed confirmed,
    imaging::Warnings& warnings)
{
    if (imaging::isImageFile(path))
        return layImageFile(path, picture, confirmed, warnings);
    return layOnPicture(annotations::readSeg(path), path, picture, OtherFrames::Lost, confirmed, warnings);
}

OpenedMask openMask(const std::filesystem::path& path, const imaging::Volume& picture, Confirmed confirmed)
{
    OpenedMask opened;
    const auto lay = [&] {
        if (imaging::isImageFile(path))
            return layImageFile(path, picture, confirmed, opened.warnings);
        const auto object = annotations::readSeg(path);
        checkSeries(object, path, picture);
        return layOnPicture(object, path, picture, OtherFrames::Lost, confirmed, opened.warnings);
    };
    auto mask = lay();
    opened.runs = runsOf(mask.map);
    opened.labels = std::move(mask.labels);
    return opened;
}

} // namespace app
