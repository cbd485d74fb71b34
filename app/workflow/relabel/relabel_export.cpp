#include "app/workflow/relabel/relabel.h"

#include "app/workflow/mask_files.h"
#include "app/workflow/mask_origin.h"
#include "app/workflow/relabel/relabel_pictures.h"
#include "app/workflow/segment.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "models/facade/files.h"

#include <algorithm>
#include <cstdio>

namespace app {

namespace {

using annotations::Cohort;
using annotations::HistoryEntry;
using annotations::Study;
using imaging::Error;
using imaging::ErrorKind;

const char* extensionOf(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Png:
        return ".png";
    case ExportFormat::Nifti:
        return ".nii.gz";
    case ExportFormat::Seg:
        break;
    }
    return ".dcm";
}

std::vector<std::uint8_t> blackAndWhite(const annotations::StoredMask& mask)
{
    std::vector<std::uint8_t> pixels(mask.values.size());
    std::transform(mask.values.begin(), mask.values.end(), pixels.begin(),
        [](std::uint16_t value) { return static_cast<std::uint8_t>(value != 0 ? 255 : 0); });
    return pixels;
}

/// Of one slice of a stack, where it lies in the patient.
imaging::VoxelGrid gridOfSlice(imaging::VoxelGrid grid, int slice)
{
    grid.origin = grid.toPatient(0, 0, slice);
    grid.slices = 1;
    return grid;
}

void writeNifti(const std::filesystem::path& path, const imaging::Volume& volume, int slice,
    const std::vector<std::uint16_t>& values)
{
    const auto grid = imaging::gridInPatient(volume);
    imaging::writeLabels(path, gridOfSlice(grid.value_or(volume.grid()), slice), values,
        grid ? imaging::FileAxes::Patient : imaging::FileAxes::Unknown);
}

/// Writes one case after the other.
class Exporter
{
public:
    Exporter(const Cohort& cohort, const RelabelExportOptions& options, std::stop_token stop)
        : m_cohort(cohort)
        , m_options(options)
        , m_stop(std::move(stop))
    {
    }

    RelabelExportResult run(const imaging::Progress& progress);

private:
    void prepareFolder() const;
    bool isMasked(const Study& study) const;
    void take(const Study& study);
    void writeCase(const Study& study, const imaging::Volume& volume);
    std::string writeMaskFiles(const Study& study, const imaging::Volume& volume, const MaskOrigin& origin);
    bool writeSegmentation(const std::filesystem::path& path, const Study& study, const imaging::Volume& volume,
        const annotations::StoredMask& mask, const MaskOrigin& origin);

    const Cohort& m_cohort;
    const RelabelExportOptions& m_options;
    std::stop_token m_stop;
    std::string m_rows;
    std::string m_openDigest;
    std::shared_ptr<const imaging::Volume> m_open;
    RelabelExportResult m_result;
};

void Exporter::prepareFolder() const
{
    const auto& folder = m_options.output;
    std::error_code problem;
    const bool mine = std::filesystem::exists(folder / "provenance", problem);
    if (std::filesystem::exists(folder, problem) && !std::filesystem::is_empty(folder, problem) && !mine)
        throw Error(ErrorKind::WrongUse,
            "The folder '" + folder.string() + "' holds other files: export into a new or an empty one.",
            folder.string());
    for (const char* name : {"provenance", "images", "masks"}) {
        std::filesystem::create_directories(folder / name, problem);
        if (problem)
            throw Error(ErrorKind::Io,
                "The folder '" + folder.string() + "' cannot be written: " + problem.message() + ".", folder.string());
    }
}

bool Exporter::isMasked(const Study& study) const
{
    return study.maskRevision > 0
        && std::find(m_options.states.begin(), m_options.states.end(), study.state) != m_options.states.end();
}

RelabelExportResult Exporter::run(const imaging::Progress& progress)
{
    prepareFolder();
    m_rows = models::data::csvLine({"split", "image", "mask", "text", "id", "state", "made_by", "made_at", "decided_by",
                 "decided_at", "model", "model_version", "model_sha256", "model_text", "threshold", "revision"})
        + "\n";
    const double total = std::max(1, m_cohort.counts().studies);
    std::int64_t last = 0;
    int seen = 0;
    for (auto part = m_cohort.studiesAfter(last, kStudiesAtOnce); !part.empty();
        part = m_cohort.studiesAfter(last, kStudiesAtOnce))
        for (const auto& study : part) {
            progress.report(seen++ / total, "exporting " + study.name);
            last = study.id;
            if (m_stop.stop_requested()) {
                m_result.cancelled = true;
                return m_result;
            }
            if (isMasked(study) || m_options.unlabelledRows)
                take(study);
        }
    imaging::writeFileAtomically(m_options.output / "manifest.csv", m_rows);
    return m_result;
}

void Exporter::take(const Study& study)
{
    try {
        if (m_openDigest != study.digest || !m_open) {
            m_open = openCase(m_cohort, study, m_stop, {}).volume;
            m_openDigest = study.digest;
        }
        if (m_open)
            writeCase(study, *m_open);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Internal)
            throw;
        ++m_result.failed;
        m_result.warnings.push_back(study.name + ": " + error.what());
    }
}

void Exporter::writeCase(const Study& study, const imaging::Volume& volume)
{
    const std::string image = "images/" + study.name + ".png";
    const auto grey = greyOf(volume, study.slice);
    imaging::writeGreyPng(m_options.output / image, grey.columns, grey.rows, grey.pixels);
    const bool patients = textSidesOf(m_cohort) == imaging::Sides::Patient;
    if (patients && !imaging::sidesOf(volume, study.slice).toUsual.isNone())
        m_result.warnings.push_back(study.name
            + ": its picture is mirrored or not upright, which a PNG cannot say: a training on the exported data would "
              "take the patient's right to be at the left edge.");
    std::string mask;
    MaskOrigin origin;
    if (isMasked(study)) {
        const auto history = m_cohort.history(study.id);
        origin = originOf(history, study.maskRevision);
        mask = writeMaskFiles(study, volume, origin);
        imaging::writeFileAtomically(
            m_options.output / "provenance" / (study.name + ".json"), historyDocument(study, history));
        ++m_result.masks;
    }
    ++m_result.pictures;
    char threshold[16] = "";
    if (origin.model.threshold)
        std::snprintf(threshold, sizeof threshold, "%.3g", *origin.model.threshold);
    const auto timeOf = [](const HistoryEntry& entry) {
        return entry.revision > 0 ? annotations::textOf(entry.time) : std::string();
    };
    m_rows += models::data::csvLine({study.split.empty() ? "train" : study.split, image, mask, study.text, study.name,
                  std::string(annotations::nameOf(study.state)), origin.mask.who, timeOf(origin.mask),
                  origin.decision.who, timeOf(origin.decision), origin.model.model.name, origin.model.model.version,
                  origin.model.model.sha256, origin.model.modelText, threshold, std::to_string(study.maskRevision)})
        + "\n";
}

/// Gives the path for the manifest: that of the first format that could be written.
std::string Exporter::writeMaskFiles(const Study& study, const imaging::Volume& volume, const MaskOrigin& origin)
{
    const auto mask = m_cohort.readMask(study.id, study.maskRevision);
    std::string first;
    for (const auto format : m_options.formats) {
        const std::string file = "masks/" + study.name + extensionOf(format);
        const auto path = m_options.output / file;
        bool written = true;
        if (format == ExportFormat::Png)
            imaging::writeGreyPng(path, mask.columns, mask.rows, blackAndWhite(mask));
        else if (format == ExportFormat::Nifti)
            writeNifti(path, volume, study.slice, mask.values);
        else
            written = writeSegmentation(path, study, volume, mask, origin);
        if (written && first.empty())
            first = file;
    }
    return first;
}

/// False, with a warning, where a SEG cannot be: it lies on DICOM pictures and has at least one pixel.
bool Exporter::writeSegmentation(const std::filesystem::path& path, const Study& study, const imaging::Volume& volume,
    const annotations::StoredMask& mask, const MaskOrigin& origin)
{
    const auto& grid = volume.grid();
    annotations::LabelMap::Voxels voxels(grid.voxels());
    std::copy(mask.values.begin(), mask.values.end(),
        voxels.begin() + static_cast<std::ptrdiff_t>(grid.offset({0, 0, study.slice})));
    const annotations::LabelMap map(grid, std::move(voxels));
    if (volume.info().sources.empty() || map.empty()) {
        m_result.warnings.push_back(study.name + ": no SEG was written, since "
            + (map.empty() ? "its mask is empty." : "its picture is not from DICOM."));
        return false;
    }
    auto label = labelFor(m_cohort, origin);
    const auto& settings = m_cohort.settings();
    label.laterality =
        patientSideOf(study.text, textSidesOf(m_cohort), settings.finding, imaging::sidesOf(volume, study.slice));
    writeMasks(path, volume, map, {label}, provenanceOf(origin), m_result.warnings);
    return true;
}

} // namespace

RelabelExportResult exportCohort(const annotations::Cohort& cohort, const RelabelExportOptions& options,
    std::stop_token stop, const imaging::Progress& progress)
{
    return Exporter(cohort, options, std::move(stop)).run(progress);
}

} // namespace app
