#include "app/workflow/report_files.h"

#include "annotations/rtstruct/rtstruct.h"
#include "annotations/seg/reader.h"
#include "annotations/sr/measurement_report.h"
#include "imaging/error.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace app {

namespace fs = std::filesystem;

namespace {

void checkDicomName(const fs::path& path, const char* what)
{
    if (path.extension() != ".dcm")
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "\"" + path.string() + "\" cannot be written: the name of " + what + " must end in .dcm.", path.string());
}

/// Of a picture with one slice the report names the SEG's frames.
annotations::SegObject describe(const fs::path& seg, const imaging::Volume& volume)
{
    return volume.grid().slices == 1 ? annotations::readSeg(seg) : annotations::describeSeg(seg);
}

/// The values that the SEG's segments have in the map, in the order of the segments: the labels that have voxels.
std::vector<std::uint16_t> drawnValues(const MasksOfPicture& masks)
{
    std::vector<std::uint16_t> values;
    for (const auto& label : masks.labels)
        if (masks.map.count(label.value) > 0)
            values.push_back(label.value);
    return values;
}

/// A label knows the first digits of its model's hash only.
void completeHash(annotations::LabelOrigin& origin, const annotations::Provenance& provenance)
{
    if (!origin.modelHash.empty() && provenance.modelHash.starts_with(origin.modelHash))
        origin.modelHash = provenance.modelHash;
}

} // namespace

fs::path reportBeside(const fs::path& seg)
{
    fs::path report = seg;
    report.replace_filename(seg.stem().string() + "-report.dcm");
    return report;
}

bool writeReportOn(const fs::path& seg, const fs::path& report, const MasksOfPicture& masks, const ReportWords& words,
    std::stop_token stop, const imaging::Progress& progress)
{
    checkDicomName(report, "a measurement report");
    const auto object = describe(seg, masks.volume);
    const auto values = drawnValues(masks);
    if (values.size() != object.segments.size())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The segmentation \"" + seg.string() + "\" does not hold the present masks: save them again.", seg.string());
    auto measured = annotations::measureSegments(masks.map, masks.volume, values, stop, progress);
    if (measured.cancelled)
        return false;
    const auto shares = annotations::changedShares(words.accepted, masks.map);
    auto content = annotations::reportOn(object);
    content.text = words.text;
    content.observer = words.acceptedBy;
    content.unit = std::move(measured.unit);
    content.noVolume = std::move(measured.noVolume);
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto& segment = content.segments[i];
        segment.measures = measured.segments[i];
        if (const auto share = shares.find(values[i]); share != shares.end())
            segment.changedShare = share->second;
        for (auto& origin : segment.origins)
            completeHash(origin, masks.provenance);
    }
    annotations::writeReport(report, masks.volume, object, content);
    return true;
}

void writeContours(const fs::path& path, const MasksOfPicture& masks)
{
    checkDicomName(path, "DICOM contours");
    annotations::writeStructures(path, masks.volume, masks.map, masks.labels);
}

} // namespace app
