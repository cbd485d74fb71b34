#include "annotations/dicom/items.h"
#include "annotations/dicom/values.h"
#include "annotations/seg/seg_tags.h"
#include "annotations/sr/measurement_report.h"
#include "annotations/sr/report_codes.h"
#include "annotations/sr/sr_tags.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/error.h"

#include <cmath>

namespace annotations {

namespace {

namespace codes = report_codes;
using imaging::DicomDataset;

/// A report with more groups than a segmentation can have segments is no report.
constexpr std::size_t kMostGroups = 65535;

[[noreturn]] void refuseReport(
    imaging::ErrorKind kind, const std::filesystem::path& path, const std::string& reason)
{
    throw imaging::Error(
        kind, "The file '" + path.string() + "' cannot be read as a measurement report: " + reason, path.string());
}

/// Codes mean the same by value and scheme; the words may differ (PS3.3 8.3).
bool isSame(const Code& a, const Code& b)
{
    return a.value == b.value && a.scheme == b.scheme;
}

Code nameOf(const DicomDataset& item)
{
    return codeIn(item, tags::kConceptNameCodeSequence);
}

std::vector<DicomDataset> childrenOf(const DicomDataset& item)
{
    return item.items(tags::kContentSequence);
}

std::optional<DicomDataset> childNamed(const DicomDataset& item, const Code& name)
{
    for (const DicomDataset& child : childrenOf(item)) {
        if (isSame(nameOf(child), name))
            return child;
    }
    return std::nullopt;
}

/// TEXT, UIDREF or PNAME.
std::string valueOf(const DicomDataset& item)
{
    const std::string_view type = item.rawText(tags::kValueType);
    if (type == "UIDREF")
        return std::string(item.rawText(tags::kUid));
    return item.text(type == "PNAME" ? tags::kPersonName : tags::kTextValue);
}

std::string textNamed(const DicomDataset& item, const Code& name)
{
    const auto child = childNamed(item, name);
    return child ? valueOf(*child) : std::string();
}

std::optional<double> numberOf(const DicomDataset& item)
{
    const auto measured = firstItem(item, tags::kMeasuredValueSequence);
    auto number = measured ? measured->number(tags::kFloatingPointValue) : std::nullopt;
    if (measured && !number)
        number = measured->number(tags::kNumericValue);
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> numberNamed(const DicomDataset& item, const Code& name)
{
    const auto child = childNamed(item, name);
    return child ? numberOf(*child) : std::nullopt;
}

std::size_t countNamed(const DicomDataset& item, const Code& name)
{
    constexpr double kMost = 1e15;
    const double count = numberNamed(item, name).value_or(0);
    return count > 0 && count < kMost ? static_cast<std::size_t>(std::llround(count)) : 0;
}

bool isValueName(const Code& name)
{
    return isSame(name, codes::kAttenuation) || isSame(name, codes::kPixelValue);
}

/// The derived numbers of the picture's values; nothing unless all four are there.
std::optional<ValueStatistics> valuesIn(const DicomDataset& group, std::string& unit)
{
    std::optional<double> mean;
    std::optional<double> deviation;
    std::optional<double> minimum;
    std::optional<double> maximum;
    for (const DicomDataset& item : childrenOf(group)) {
        const auto modifier = childNamed(item, codes::kDerivation);
        if (!isValueName(nameOf(item)) || !modifier)
            continue;
        const Code derivation = codeIn(*modifier, tags::kConceptCodeSequence);
        for (const auto& [code, value] : {std::pair(codes::kMean, &mean), std::pair(codes::kDeviation, &deviation),
                 std::pair(codes::kMinimum, &minimum), std::pair(codes::kMaximum, &maximum)}) {
            if (isSame(derivation, code))
                *value = numberOf(item);
        }
        const auto measured = firstItem(item, tags::kMeasuredValueSequence);
        unit = isSame(codeIn(measured, tags::kMeasurementUnitsCodeSequence), codes::kHounsfield) ? "HU" : "";
    }
    if (!mean || !deviation || !minimum || !maximum)
        return std::nullopt;
    return ValueStatistics{countNamed(group, codes::kMeasuredVoxels), *mean, *deviation, *minimum, *maximum};
}

LabelOrigin originIn(const DicomDataset& item)
{
    LabelOrigin origin;
    origin.prompt = textNamed(item, codes::kPrompt);
    origin.modelText = textNamed(item, codes::kModelText);
    origin.modelName = textNamed(item, codes::kAlgorithmName);
    origin.modelVersion = textNamed(item, codes::kAlgorithmVersion);
    origin.modelHash = textNamed(item, codes::kModelHash);
    origin.threshold = numberNamed(item, codes::kThreshold);
    origin.acceptedBy = textNamed(item, codes::kAcceptedBy);
    origin.machineDraft = childNamed(item, codes::kDraft).has_value();
    return origin;
}

/// The SEG and the segment's number; 0: the group names none.
int segmentOf(const DicomDataset& group, MeasurementReport& report)
{
    auto reference = childNamed(group, codes::kSegment);
    if (!reference)
        reference = childNamed(group, codes::kSegmentFrame);
    const auto object = firstItem(reference, tags::kReferencedSopSequence);
    if (!object)
        return 0;
    report.segSopInstanceUid = object->rawText(tags::kReferencedSopInstanceUid);
    if (const auto number = unsignedShort(*object, tags::kReferencedSegmentNumberInReport))
        return *number;
    const auto number = countNamed(group, codes::kSegmentNumber);
    return number <= kMostGroups ? static_cast<int>(number) : 0;
}

SegmentReport segmentIn(const DicomDataset& group, MeasurementReport& report)
{
    SegmentReport segment;
    segment.number = segmentOf(group, report);
    segment.trackingId = textNamed(group, codes::kTrackingId);
    segment.trackingUid = textNamed(group, codes::kTrackingUid);
    segment.finding = codeIn(childNamed(group, codes::kFinding), tags::kConceptCodeSequence);
    const auto site = childNamed(group, codes::kFindingSite);
    segment.region = codeIn(site, tags::kConceptCodeSequence);
    if (site)
        segment.laterality = codeIn(childNamed(*site, codes::kLaterality), tags::kConceptCodeSequence);
    segment.measures.value = static_cast<std::uint16_t>(segment.number);
    segment.measures.voxels = countNamed(group, codes::kVoxels);
    segment.measures.millilitres = numberNamed(group, codes::kVolume);
    segment.measures.squareMm = numberNamed(group, codes::kArea);
    segment.measures.longestMm = numberNamed(group, codes::kLongAxis);
    segment.measures.values = valuesIn(group, report.unit);
    segment.changedShare = numberNamed(group, codes::kChangedShare);
    for (const DicomDataset& item : childrenOf(group)) {
        if (isSame(nameOf(item), codes::kOrigin))
            segment.origins.push_back(originIn(item));
    }
    if (const auto series = textNamed(group, codes::kSourceSeries); !series.empty())
        report.sourceSeriesUid = series;
    return segment;
}

/// The series of the SEG, and of the pictures where no group names it: all that the content refers to stands there.
void readEvidence(const DicomDataset& root, MeasurementReport& report)
{
    for (const DicomDataset& study : root.items(tags::kEvidenceSequence)) {
        for (const DicomDataset& series : study.items(tags::kReferencedSeriesSequence)) {
            const std::string uid(series.rawText(imaging::tags::kSeriesInstanceUid));
            const auto object = firstItem(series, tags::kReferencedSopSequence);
            const bool isSeg = object && object->rawText(tags::kReferencedSopInstanceUid) == report.segSopInstanceUid;
            if (isSeg)
                report.segSeriesUid = uid;
            else if (report.sourceSeriesUid.empty())
                report.sourceSeriesUid = uid;
        }
    }
}

MeasurementReport reportIn(const imaging::DicomHeader& header, const std::filesystem::path& path)
{
    const DicomDataset root = header.root();
    const auto measurements = childNamed(root, codes::kMeasurements);
    if (!measurements)
        refuseReport(imaging::ErrorKind::Unsupported, path,
            "it has no imaging measurements; only reports by template TID 1500 are read.");
    MeasurementReport report;
    report.sopInstanceUid = root.rawText(imaging::tags::kSopInstanceUid);
    report.study = imaging::studyContextOf(header);
    report.observer = textNamed(root, codes::kPersonName);
    for (const DicomDataset& child : childrenOf(root)) { // Qualitative evaluations.
        for (const auto& [code, value] :
            {std::pair(codes::kReportText, &report.text), std::pair(codes::kNoVolume, &report.noVolume)}) {
            if (auto text = textNamed(child, code); !text.empty())
                *value = std::move(text);
        }
    }
    for (const DicomDataset& group : childrenOf(*measurements)) {
        if (report.segments.size() == kMostGroups)
            refuseReport(imaging::ErrorKind::InvalidInput, path, "it has more than 65535 measurement groups.");
        if (isSame(nameOf(group), codes::kGroup))
            report.segments.push_back(segmentIn(group, report));
    }
    readEvidence(root, report);
    return report;
}

bool isReportHeader(const imaging::DicomHeader& header)
{
    return header.root().rawText(imaging::tags::kSopClassUid).starts_with(imaging::sop_class::kReportRoot);
}

} // namespace

bool isMeasurementReport(const std::filesystem::path& path)
{
    const auto header = imaging::prescanFile(path, imaging::PrescanExtent::UpToPixels);
    return header && isReportHeader(*header) && childNamed(header->root(), codes::kMeasurements);
}

MeasurementReport readMeasurementReport(const std::filesystem::path& path)
{
    std::error_code missing;
    if (!std::filesystem::exists(path, missing))
        refuseReport(imaging::ErrorKind::NotFound, path, "there is no such file.");
    const auto header = imaging::prescanFile(path, imaging::PrescanExtent::WholeFile);
    if (!header)
        refuseReport(imaging::ErrorKind::InvalidInput, path, "it is not DICOM.");
    if (!isReportHeader(*header))
        refuseReport(imaging::ErrorKind::InvalidInput, path, "it is another kind of DICOM object (not a report).");
    return reportIn(*header, path);
}

} // namespace annotations
