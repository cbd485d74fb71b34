#include "app/workflow/mask_files.h"

#include "annotations/rtstruct/rtstruct.h"
#include "annotations/seg/reader.h"
#include "annotations/seg/writer.h"
#include "app/workflow/accept.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/proposal.h"
#include "app/workflow/surface_files.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace app {

namespace {

bool endsWith(const std::filesystem::path& path, std::string_view extension)
{
    std::string name = path.filename().string();
    std::transform(
        name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name.size() > extension.size() && name.ends_with(extension);
}

void checkFormat(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions)
{
    std::string known;
    for (const auto extension : extensions) {
        if (endsWith(path, extension))
            return;
        known += (known.empty() ? "" : ", ") + std::string(extension);
    }
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "\"" + path.string() + "\" cannot be written: its name must end in one of " + known + ".", path.string());
}

/// Probabilities of all slices of the volume, 0 where nothing was asked.
std::vector<float> allProbabilities(const imaging::Volume& volume, const SegmentedSlices& outcome)
{
    const auto& grid = volume.grid();
    std::vector<float> all(grid.voxels());
    for (const auto& one : outcome.slices)
        std::copy(one.segmentation.probabilities.begin(), one.segmentation.probabilities.end(),
            all.begin() + static_cast<std::ptrdiff_t>(grid.offset({0, 0, one.slice})));
    return all;
}

std::size_t noVoxels(std::uint16_t)
{
    return 0;
}

/// Accepting into new labels where there are none yet: by value, from 1.
AcceptPlan planOf(const SegmentOutcome& outcome, const std::vector<std::string>& classes)
{
    return planAccept(AcceptTo::NewLabel, {}, 0, noVoxels, outcome.label, classes);
}

annotations::LabelTable labelsOf(const AcceptPlan& plan, const SegmentOutcome& outcome, const std::string& text,
    const annotations::Provenance& provenance)
{
    return markedLabels(plan, {text, provenance, outcome.laterality, /*wholePicture=*/false}, noVoxels);
}

annotations::SegWriteOptions segOptions(const annotations::Provenance& provenance)
{
    annotations::SegWriteOptions options;
    options.provenance = provenance;
    return options;
}

void noteNumbers(const annotations::WrittenSeg& written, imaging::Warnings& warnings)
{
    if (!written.renumbered.empty())
        warnings.push_back(written.renumbered);
}

Converted wholeOr(bool partly)
{
    return partly ? Converted::Partly : Converted::Whole;
}

/// A SEG as a SEG of `picture`, frame by frame, so that overlaps and fractions survive; nothing when its frames do not
/// lie each on a slice.
std::optional<Converted> rewriteSeg(const annotations::SegObject& object, const std::filesystem::path& output,
    const imaging::Volume& picture, Confirmed confirmed, imaging::Warnings& warnings)
{
    const auto onSlices = annotations::onSlicesOf(object, picture, warnings, belongingOf(confirmed));
    if (!onSlices)
        return std::nullopt;
    noteNumbers(annotations::writeSeg(output, picture, *onSlices, {}), warnings);
    return wholeOr(onSlices->frames().size() < object.frames().size());
}

/// A SEG that was made from another series may lie on this one, as on another reconstruction of the same scan.
void noteSeries(const annotations::SegObject& object, const imaging::Volume& picture, imaging::Warnings& warnings)
{
    const std::string& series = picture.info().study.seriesInstanceUid;
    if (!object.sourceSeriesUid.empty() && !series.empty() && object.sourceSeriesUid != series)
        warnings.push_back("The segmentation was made from another series (" + object.sourceSeriesUid
            + "); it was laid on this one by its place.");
}

MaskOnPicture layImage(const std::filesystem::path& input, const imaging::Volume& picture, const ValueNames& names,
    bool toSeg, Confirmed confirmed, imaging::Warnings& warnings)
{
    auto mask = readMaskOn(input, picture, confirmed, warnings);
    nameLabels(mask.labels, names);
    if (toSeg && names.size() < mask.labels.size())
        warnings.push_back(unnamedNote(input));
    return mask;
}

/// The contours of an RTSTRUCT, filled.
MaskOnPicture layStructures(
    const std::filesystem::path& input, const imaging::Volume& picture, imaging::Warnings& warnings)
{
    const auto set = annotations::readStructures(input);
    warnings.insert(warnings.end(), set.warnings.begin(), set.warnings.end());
    return {annotations::toLabelMap(set, picture, warnings), annotations::labelsOf(set)};
}

/// convertMask() with a picture to lie on.
Converted convertOnto(const std::filesystem::path& input, const std::filesystem::path& output,
    const imaging::Volume& picture, DicomKind kind, const ValueNames& names, Confirmed confirmed,
    imaging::Warnings& warnings)
{
    const bool toDicom = endsWith(output, ".dcm");
    const bool toSeg = toDicom && kind == DicomKind::Seg;
    std::optional<MaskOnPicture> mask;
    if (imaging::isImageFile(input)) {
        mask = layImage(input, picture, names, toDicom, confirmed, warnings);
    } else if (annotations::isStructureSet(input)) {
        mask = layStructures(input, picture, warnings);
    } else {
        const auto object = annotations::readSeg(input);
        noteSeries(object, picture, warnings);
        if (toSeg)
            if (const auto done = rewriteSeg(object, output, picture, confirmed, warnings))
                return *done;
        mask = layOnPicture(object, input, picture, OtherFrames::Lost, confirmed, warnings);
    }
    if (toSeg)
        noteNumbers(annotations::writeSeg(output, picture, mask->map, mask->labels, {}), warnings);
    else if (toDicom)
        annotations::writeStructures(output, picture, mask->map, mask->labels);
    else if (isSurfaceFile(output))
        writeSurfaces(output, mask->map, warnings);
    else
        imaging::writeLabels(output, picture, mask->map.voxels());
    return wholeOr(mask->partly);
}

} // namespace

void checkMaskFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".dcm", ".nii.gz", ".nii", ".nrrd", ".png"});
}

void checkConvertedFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".dcm", ".nii.gz", ".nii", ".nrrd", ".png", ".stl"});
}

void checkProbabilitiesFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".dcm", ".nii.gz", ".nii", ".nrrd", ".png"});
}

void checkOverlayFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".png"});
}

void checkDrawnOverFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".png", ".dcm"});
}

void checkReportFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".json", ".txt"});
}

void checkTableFormat(const std::filesystem::path& path)
{
    checkFormat(path, {".csv"});
}

void checkFits(const std::filesystem::path& path, const imaging::Volume& volume)
{
    const auto refuse = [&](const std::string& why) {
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "\"" + path.string() + "\" cannot be written: " + why, path.string());
    };
    if (endsWith(path, ".png") && volume.grid().slices != 1)
        refuse("a PNG holds one slice, and there are " + std::to_string(volume.grid().slices)
            + ". Name a file that ends in .nii.gz, .nrrd or .dcm.");
    if (endsWith(path, ".dcm") && volume.info().sources.empty())
        refuse("a DICOM SEG refers to DICOM pictures, and this one is none. Name a file that ends in .nii.gz, .nrrd or "
               ".png.");
}

MaskResult maskOf(const imaging::Volume& volume, const SegmentedSlices& outcome, const std::string& text,
    const annotations::Provenance& provenance)
{
    const auto plan = planOf(outcome, outcome.package.classes);
    MaskResult result{
        annotations::LabelMap(volume.grid()), labelsOf(plan, outcome, text, provenance), text, provenance, 0};
    const auto threshold = static_cast<float>(provenance.threshold.value_or(0.5));
    annotations::MaskEdit edit(result.map);
    const auto runs = runsAbove(outcome.slices, volume.grid(), threshold, plan.values);
    result.voxels = drawProposal(edit, plan, {}, runs).voxels;
    edit.commit("Segment");
    return result;
}

void writeMasks(const std::filesystem::path& path, const imaging::Volume& volume, const annotations::LabelMap& map,
    const std::vector<annotations::Label>& labels, const annotations::Provenance& provenance,
    imaging::Warnings& warnings)
{
    checkMaskFormat(path);
    if (endsWith(path, ".dcm")) {
        annotations::writeSeg(path, volume, map, labels, segOptions(provenance));
        return;
    }
    if (map.empty())
        warnings.emplace_back("The mask is empty: nothing reaches the threshold, or everything was erased.");
    imaging::writeLabels(path, volume, map.voxels());
}

bool writeMask(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result,
    imaging::Warnings& warnings)
{
    if (endsWith(path, ".dcm") && result.map.empty()) {
        std::error_code problem;
        const bool wasThere = std::filesystem::remove(path, problem);
        if (problem)
            throw imaging::Error(imaging::ErrorKind::Io,
                "The file \"" + path.string() + "\" of an earlier run cannot be removed: " + problem.message() + ".",
                path.string());
        warnings.push_back("The mask is empty: nothing reaches the threshold. A DICOM SEG cannot be empty, so none was "
                           "written"
            + std::string(wasThere ? "; that of an earlier run was removed." : "."));
        return false;
    }
    writeMasks(path, volume, result.map, result.labels, result.provenance, warnings);
    return true;
}

void writeProbabilities(const std::filesystem::path& path, const imaging::Volume& volume,
    const SegmentedSlices& outcome, const MaskResult& result)
{
    checkProbabilitiesFormat(path);
    const auto probabilities = allProbabilities(volume, outcome);
    // Of several classes it is the probability of any of them.
    if (endsWith(path, ".dcm"))
        annotations::writeProbabilities(path, volume, probabilities,
            labelsOf(planOf(outcome, {}), outcome, result.text, result.provenance).front(),
            segOptions(result.provenance));
    else
        imaging::writeScalars(path, volume, probabilities);
}

Converted convertMask(const std::filesystem::path& input, const std::filesystem::path& output,
    const std::filesystem::path& source, const std::string& series, DicomKind kind, const ValueNames& names,
    Confirmed confirmed, std::stop_token stop, imaging::Warnings& warnings)
{
    checkConvertedFormat(output);
    if (kind == DicomKind::Structures && !endsWith(output, ".dcm"))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "\"" + output.string() + "\" cannot hold DICOM contours (RTSTRUCT): its name must end in .dcm.",
            output.string());
    if (!names.empty() && !(imaging::isImageFile(input) && endsWith(output, ".dcm")))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Names are for the values of a NIfTI, NRRD or PNG mask that becomes a DICOM SEG: other files have their own "
            "or none.",
            input.string());
    if (!source.empty()) {
        const auto opened = openPicture(source, series, stop, {});
        if (!opened.volume)
            return Converted::Cancelled;
        checkFits(output, *opened.volume);
        return convertOnto(input, output, *opened.volume, kind, names, confirmed, warnings);
    }
    if (endsWith(output, ".dcm"))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "A DICOM SEG refers to the pictures it lies on: say which they are.", output.string())
            .about("source");
    if (!imaging::isImageFile(input) && annotations::isStructureSet(input))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Contours (RTSTRUCT) have no voxels of their own: say which pictures they lie on.", input.string())
            .about("source");
    const auto map = readMask(input, warnings);
    if (isSurfaceFile(output)) {
        writeSurfaces(output, map, warnings);
        return Converted::Whole;
    }
    // A mask without a place, such as a PNG or the SEG of an X-ray, claims none.
    imaging::writeLabels(output, map.grid(), map.voxels(),
        imaging::isBareScaling(map.grid()) ? imaging::FileAxes::Unknown : imaging::FileAxes::Patient);
    return Converted::Whole;
}

} // namespace app
