#include "app/cli/object_info.h"

#include "annotations/report/report_words.h"
#include "annotations/rtstruct/rtstruct.h"
#include "annotations/sr/measurement_report.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>

namespace app::cli {

namespace {

nlohmann::json numberOrNull(const std::optional<double>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json codeOrNull(const annotations::Code& code)
{
    if (code.value.empty())
        return {};
    return {{"value", code.value}, {"scheme", code.scheme}, {"meaning", code.meaning}};
}

nlohmann::json originsOf(const annotations::SegmentReport& segment)
{
    auto list = nlohmann::json::array();
    for (const auto& origin : segment.origins)
        list.push_back({{"prompt", origin.prompt}, {"model_text", origin.modelText}, {"model", origin.modelName},
            {"model_version", origin.modelVersion}, {"model_sha256", origin.modelHash},
            {"threshold", numberOrNull(origin.threshold)}, {"accepted_by", origin.acceptedBy},
            {"machine_draft", origin.machineDraft}});
    return list;
}

nlohmann::json describeSegment(const annotations::SegmentReport& segment)
{
    const auto& measures = segment.measures;
    nlohmann::json values;
    if (measures.values)
        values = {{"voxels", measures.values->voxels}, {"mean", measures.values->mean},
            {"standard_deviation", measures.values->deviation}, {"minimum", measures.values->minimum},
            {"maximum", measures.values->maximum}};
    return {{"number", segment.number}, {"name", segment.trackingId}, {"tracking_uid", segment.trackingUid},
        {"finding", codeOrNull(segment.finding)}, {"region", codeOrNull(segment.region)},
        {"laterality", codeOrNull(segment.laterality)}, {"voxels", measures.voxels},
        {"millilitres", numberOrNull(measures.millilitres)}, {"square_mm", numberOrNull(measures.squareMm)},
        {"longest_mm", numberOrNull(measures.longestMm)}, {"values", values},
        {"changed_share", numberOrNull(segment.changedShare)}, {"origins", originsOf(segment)}};
}

/// "3  Nodule  120 voxels, 1.23 ml, longest 14.0 mm, mean -650.1 HU".
std::string segmentLine(const annotations::SegmentReport& segment, const std::string& unit)
{
    const auto& measures = segment.measures;
    std::string line = "  " + std::to_string(segment.number) + "  " + segment.trackingId + "  "
        + (measures.empty() ? "empty" : annotations::counted(measures.voxels, "voxel"));
    const auto add = [&line](const char* format, const std::optional<double>& value) {
        char text[64];
        if (value && std::snprintf(text, sizeof text, format, *value) > 0)
            line += text;
    };
    add(", %.3g ml", measures.millilitres);
    add(", %.4g mm2", measures.squareMm);
    add(", longest %.1f mm", measures.longestMm);
    if (measures.values) {
        add(", mean %.1f", measures.values->mean);
        line += unit.empty() ? "" : " " + unit;
    }
    return line;
}

void describeReport(const std::string& path, const Console& console)
{
    const auto report = annotations::readMeasurementReport(path);
    console.line("SR, measurements (TID 1500) of " + annotations::counted(report.segments.size(), "segment"));
    auto segments = nlohmann::json::array();
    for (const auto& segment : report.segments) {
        console.line(segmentLine(segment, report.unit));
        segments.push_back(describeSegment(segment));
    }
    if (!report.text.empty())
        console.line("Report: " + report.text);
    console.document({{"type", "SR"}, {"sop_instance_uid", report.sopInstanceUid},
        {"series_uid", report.study.seriesInstanceUid}, {"seg_sop_instance_uid", report.segSopInstanceUid},
        {"seg_series_uid", report.segSeriesUid}, {"source_series_uid", report.sourceSeriesUid},
        {"description", report.study.seriesDescription}, {"observer", report.observer}, {"text", report.text},
        {"unit", report.unit}, {"no_volume", report.noVolume}, {"segments", segments},
        {"warnings", nlohmann::json::array()}});
}

void describeStructures(const std::string& path, const Console& console)
{
    const auto set = annotations::readStructures(path);
    console.warn(set.warnings);
    console.line("RTSTRUCT, " + annotations::counted(set.structures.size(), "structure"));
    auto structures = nlohmann::json::array();
    for (const auto& structure : set.structures) {
        console.line("  " + std::to_string(structure.number) + "  " + structure.name + "  "
            + annotations::counted(structure.contours.size(), "closed contour"));
        structures.push_back({{"number", structure.number}, {"name", structure.name},
            {"description", structure.description}, {"contours", structure.contours.size()},
            {"other_contours", structure.otherContours},
            {"colour", structure.colour ? nlohmann::json(*structure.colour) : nlohmann::json()}});
    }
    console.document({{"type", "RTSTRUCT"}, {"sop_instance_uid", set.sopInstanceUid},
        {"series_uid", set.study.seriesInstanceUid}, {"source_series_uid", set.sourceSeriesUid},
        {"frame_of_reference_uid", set.frameOfReferenceUid}, {"label", set.label},
        {"description", set.study.seriesDescription}, {"structures", structures}, {"warnings", set.warnings}});
}

} // namespace

bool describeOtherObject(const std::string& path, const Console& console)
{
    std::error_code missing;
    if (!std::filesystem::is_regular_file(path, missing))
        return false;
    if (annotations::isMeasurementReport(path)) {
        describeReport(path, console);
        return true;
    }
    if (annotations::isStructureSet(path)) {
        describeStructures(path, console);
        return true;
    }
    return false;
}

} // namespace app::cli
