#include "annotations/dicom/equipment.h"
#include "annotations/dicom/study.h"
#include "annotations/dicom/values.h"
#include "annotations/sr/content_tree.h"
#include "annotations/sr/measurement_report.h"
#include "annotations/sr/report_codes.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmsr/cmr/tid1500.h>
#include <dcmtk/dcmsr/dsrdoc.h>

#include <algorithm>

namespace annotations {

namespace {

namespace codes = report_codes;

void check(const OFCondition& condition, const char* what)
{
    if (condition.bad())
        throw imaging::Error(imaging::ErrorKind::Internal,
            std::string("The report's ") + what + " cannot be set: " + condition.text() + ".");
}

void checkReport(const imaging::Volume& source, const SegObject& seg, const MeasurementReport& report)
{
    if (source.info().sources.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The picture was not read from DICOM, so no DICOM report can refer to it.");
    for (const SegmentReport& segment : report.segments) {
        if (!findLabel(seg.segments, static_cast<std::uint16_t>(segment.number)))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The report measures segment " + std::to_string(segment.number) + ", which the segmentation does not have.");
    }
}

CID100_QuantitativeDiagnosticImagingProcedures procedureOf(const std::string& modality)
{
    using Procedures = CID100_QuantitativeDiagnosticImagingProcedures;
    if (modality == "CT")
        return Procedures::CTUnspecifiedBodyRegion;
    return modality == "MR" ? Procedures::MRIUnspecifiedBodyRegion : Procedures::ImagingProcedure;
}

/// Language, observers, procedure and what holds for the report as a whole: DCMTK's TID 1500.
void setFrame(DSRDocument& document, const MeasurementReport& report, const std::string& modality)
{
    TID1500_MeasurementReport frame(CID7021_MeasurementReportDocumentTitles::ImagingMeasurementReport);
    check(frame.setLanguage(CID5000_Languages::English), "language");
    auto& context = frame.getObservationContext();
    if (!report.observer.empty())
        check(context.addPersonObserver(personName(report.observer).c_str()), "observer");
    // This program on this computer has no UID of its own.
    check(context.addDeviceObserver(newUid().c_str(), "Limn", "Limn", "Limn"), "device");
    check(frame.addProcedureReported(procedureOf(modality)), "procedure");
    const auto evaluate = [&frame](const Code& name, const std::string& value) {
        if (!value.empty())
            check(frame.addQualitativeEvaluation(codedEntry(name), OFString(value.c_str(), value.size())), "text");
    };
    evaluate(codes::kComment, kResearch);
    evaluate(codes::kReportText, report.text);
    evaluate(codes::kNoVolume, report.noVolume);
    check(document.setTreeFromRootTemplate(frame), "content");
}

/// By its number, or by its frames: one excludes the other (PS3.3 Table 10-3).
DSRImageReferenceValue segmentReference(const SegObject& seg, int number, bool byFrame)
{
    DSRImageReferenceValue reference(std::string(imaging::sop_class::kSegmentation).c_str(), seg.sopInstanceUid.c_str());
    if (!byFrame)
        reference.getSegmentList().addItem(static_cast<Uint16>(number));
    const auto& frames = seg.frames();
    for (std::size_t i = 0; byFrame && i < frames.size(); ++i) {
        if (seg.segments[static_cast<std::size_t>(frames[i].segment) - 1].value == number)
            reference.getFrameList().addItem(static_cast<Sint32>(i + 1));
    }
    return reference;
}

DSRImageReferenceValue imageReference(const imaging::SourceInstance& instance)
{
    return {instance.sopClassUid.c_str(), instance.sopInstanceUid.c_str()};
}

void addMeasures(ContentTree& tree, const SegmentStatistics& measures, const std::string& unit)
{
    tree.number(codes::kVoxels, static_cast<double>(measures.voxels), codes::kVoxel);
    if (measures.millilitres)
        tree.number(codes::kVolume, *measures.millilitres, codes::kMillilitre);
    if (measures.squareMm)
        tree.number(codes::kArea, *measures.squareMm, codes::kSquareMm);
    if (measures.longestMm)
        tree.number(codes::kLongAxis, *measures.longestMm, codes::kMillimetre);
    if (!measures.values)
        return;
    const bool hounsfield = unit == "HU";
    const Code& name = hounsfield ? codes::kAttenuation : codes::kPixelValue;
    const Code& valueUnit = hounsfield ? codes::kHounsfield : codes::kNoUnit;
    tree.number(codes::kMeasuredVoxels, static_cast<double>(measures.values->voxels), codes::kVoxel);
    tree.number(name, measures.values->mean, valueUnit, codes::kMean);
    tree.number(name, measures.values->deviation, valueUnit, codes::kDeviation);
    tree.number(name, measures.values->minimum, valueUnit, codes::kMinimum);
    tree.number(name, measures.values->maximum, valueUnit, codes::kMaximum);
}

void addOrigin(ContentTree& tree, const LabelOrigin& origin)
{
    tree.enter(codes::kOrigin);
    tree.text(codes::kPrompt, origin.prompt);
    tree.text(codes::kModelText, origin.modelText);
    tree.text(codes::kAlgorithmName, origin.modelName);
    tree.text(codes::kAlgorithmVersion, origin.modelVersion);
    tree.text(codes::kModelHash, origin.modelHash);
    if (origin.threshold)
        tree.number(codes::kThreshold, *origin.threshold, codes::kNoUnit);
    tree.text(codes::kAcceptedBy, origin.acceptedBy);
    tree.text(codes::kDraft, origin.machineDraft ? "not accepted by a reader" : "");
    tree.leave();
}

/// A TID 1411 group, or 1410 of a picture with one slice: the former is of volumes only.
void addGroup(ContentTree& tree, const SegmentReport& segment, const imaging::Volume& source, const SegObject& seg,
    const std::string& unit)
{
    const bool planar = source.grid().slices == 1;
    tree.enter(codes::kGroup, planar ? "1410" : "1411");
    tree.text(codes::kTrackingId, segment.trackingId);
    tree.uid(codes::kTrackingUid, segment.trackingUid);
    tree.code(codes::kFinding, segment.finding);
    tree.image(planar ? codes::kSegmentFrame : codes::kSegment, segmentReference(seg, segment.number, planar));
    if (planar) {
        tree.image(codes::kSourceImage, imageReference(source.info().sources.front()));
        tree.number(codes::kSegmentNumber, segment.number, codes::kNoUnit); // The frames do not tell it by themselves.
    } else {
        tree.uid(codes::kSourceSeries, source.info().study.seriesInstanceUid);
    }
    tree.code(codes::kFindingSite, segment.region, codes::kLaterality, segment.laterality);
    addMeasures(tree, segment.measures, unit);
    if (segment.changedShare)
        tree.number(codes::kChangedShare, *segment.changedShare, codes::kNoUnit);
    for (const LabelOrigin& origin : segment.origins)
        addOrigin(tree, origin);
    tree.leave();
}

/// The images that the segments lie on, each once: a multi-frame file stands once.
std::vector<imaging::SourceInstance> instancesOf(const imaging::Volume& source)
{
    std::vector<imaging::SourceInstance> instances;
    for (const auto& instance : source.info().sources) {
        if (instances.empty() || instances.back().sopInstanceUid != instance.sopInstanceUid)
            instances.push_back(instance);
    }
    return instances;
}

void addContent(
    DSRDocument& document, const imaging::Volume& source, const SegObject& seg, const MeasurementReport& report)
{
    DSRDocumentTree& nodes = document.getTree();
    ContentTree tree(nodes);
    nodes.gotoRoot();
    if (nodes.gotoNamedChildNode(codedEntry(codes::kImageLibrary)) == 0) {
        nodes.gotoRoot();
        tree.enter(codes::kImageLibrary, "1600");
    }
    tree.enter(codes::kImageLibraryGroup);
    for (const auto& instance : instancesOf(source))
        tree.image({}, imageReference(instance));
    nodes.gotoRoot();
    if (nodes.gotoNamedChildNode(codedEntry(codes::kMeasurements)) == 0) {
        nodes.gotoRoot();
        tree.enter(codes::kMeasurements);
    }
    for (const SegmentReport& segment : report.segments)
        addGroup(tree, segment, source, seg, report.unit);
}

/// Every object that the content names (PS3.3 C.17.2.3).
void addEvidence(DSRDocument& document, const imaging::Volume& source, const SegObject& seg)
{
    const auto& study = source.info().study;
    auto& evidence = document.getCurrentRequestedProcedureEvidence();
    for (const auto& instance : instancesOf(source))
        check(evidence.addItem(study.studyInstanceUid.c_str(), study.seriesInstanceUid.c_str(),
                  instance.sopClassUid.c_str(), instance.sopInstanceUid.c_str()),
            "evidence");
    check(evidence.addItem(study.studyInstanceUid.c_str(), seg.study.seriesInstanceUid.c_str(),
              std::string(imaging::sop_class::kSegmentation).c_str(), seg.sopInstanceUid.c_str()),
        "evidence");
}

/// What any object of ours says about patient, study and equipment, in place of DCMTK's.
std::string putReportContext(DcmItem& dataset, const imaging::Volume& source, const ReportWriteOptions& options)
{
    const DicomNow now = dicomNow();
    const ObjectIdentity identity{imaging::sop_class::kEnhancedReport, newUid(), "SR", newUid(), options.seriesNumber,
        options.seriesDescription};
    putSopCommon(dataset, identity, now);
    putPatientAndStudy(dataset, source.info().study);
    putSeries(dataset, source.info().study, identity, now);
    dataset.findAndDeleteElement(DCM_BodyPartExamined); // No element of an SR series.
    putEquipment(dataset, options.softwareVersion);
    put(dataset, DCM_InstanceNumber, "1");
    return identity.sopInstanceUid;
}

} // namespace

MeasurementReport reportOn(const SegObject& seg)
{
    MeasurementReport report;
    report.segSopInstanceUid = seg.sopInstanceUid;
    report.segSeriesUid = seg.study.seriesInstanceUid;
    report.sourceSeriesUid = seg.sourceSeriesUid;
    for (const Label& label : seg.segments) {
        SegmentReport segment;
        segment.number = label.value;
        segment.trackingId = label.trackingId;
        segment.trackingUid = label.trackingUid;
        segment.finding = label.type;
        segment.region = label.region;
        segment.laterality = label.laterality;
        segment.measures.value = label.value;
        segment.origins = originsOf(label);
        report.segments.push_back(std::move(segment));
    }
    return report;
}

std::string writeReport(const std::filesystem::path& path, const imaging::Volume& source, const SegObject& seg,
    const MeasurementReport& report, const ReportWriteOptions& options)
{
    checkReport(source, seg, report);
    DSRDocument document(DSRTypes::DT_EnhancedSR);
    check(document.setSpecificCharacterSet("ISO_IR 192"), "character set");
    setFrame(document, report, source.info().study.modality);
    addContent(document, source, seg, report);
    addEvidence(document, source, seg);
    check(document.completeDocument(), "state");
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    check(document.write(dataset), "data set");
    const std::string uid = putReportContext(dataset, source, options);

    imaging::AtomicFile atomic(path);
    const OFCondition saved = file.saveFile(atomic.temporaryPath().c_str(), EXS_LittleEndianExplicit);
    if (saved.bad())
        throw imaging::Error(imaging::ErrorKind::Io,
            "The report '" + path.string() + "' cannot be written: " + saved.text()
                + ". Check the folder's rights and the free space.",
            path.string());
    atomic.commit();
    return uid;
}

} // namespace annotations
