#include "imaging/dicom/scanned_file.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/stack_geometry.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"
#include "imaging/laterality.h"

#include <algorithm>
#include <cstdio>

namespace imaging {

namespace {

/// (0020,0062) ImageLaterality, else (0020,0060) Laterality.
std::string lateralityOf(const DicomDataset& root)
{
    const auto image = root.text(tags::kImageLaterality);
    return printable(image.empty() ? root.text(tags::kSeriesLaterality) : image);
}

SeriesFile seriesFileOf(const DicomHeader& header)
{
    const auto root = header.root();
    SeriesFile file;
    file.path = header.path;
    file.sopClassUid = root.rawText(tags::kSopClassUid);
    if (file.sopClassUid.empty())
        file.sopClassUid = root.rawText(tags::kMediaStorageSopClassUid);
    file.sopInstanceUid = root.rawText(tags::kSopInstanceUid);
    if (file.sopInstanceUid.empty())
        file.sopInstanceUid = root.rawText(tags::kMediaStorageSopInstanceUid);
    file.transferSyntaxUid = header.transferSyntaxUid;
    file.instanceNumber = root.integer(tags::kInstanceNumber).value_or(0);
    return file;
}

bool isLocalizer(const DicomDataset& root)
{
    const std::string_view type = root.rawText(tags::kImageType);
    return type.find("LOCALIZER") != std::string_view::npos || type.find("SCOUT") != std::string_view::npos;
}

/// PS3.3 10.7.1: in projections (0028,0030) means the patient only when it says how it was calibrated or differs from
/// the spacing at the detector.
bool isAtDetector(const DicomDataset& root, const std::array<double, 2>& spacing)
{
    if (!isProjection(root.rawText(tags::kModality)) || root.has(tags::kPixelSpacingCalibrationType))
        return false;
    const auto detector = parseSpacing(root.rawText(tags::kImagerPixelSpacing));
    return !detector || *detector == spacing;
}

/// "twice as wide as high" in numbers.
std::string proportions(const std::array<double, 2>& aspect)
{
    char text[80];
    const bool wide = aspect[1] > aspect[0];
    std::snprintf(text, sizeof text, "%.4g times as %s", std::max(aspect[0], aspect[1]),
        wide ? "wide as high" : "high as wide");
    return text;
}

/// (0028,0034) is vertical\horizontal, PS3.3 C.7.6.3.1.7.
void addAspect(const DicomDataset& root, ScannedFile& scanned)
{
    const std::string& stored = scanned.frames.front().pixelSpacing;
    std::string sentence = "The files do not say how large a pixel is";
    if (!stored.empty())
        sentence = "The pixel size in the files, \"" + printable(stored) + "\", makes no sense";
    constexpr double kMost = 20;
    if (auto aspect = parseSpacing(root.rawText(tags::kPixelAspectRatio))) {
        const double smaller = std::min((*aspect)[0], (*aspect)[1]);
        for (double& side : *aspect)
            side /= smaller;
        const double larger = std::max((*aspect)[0], (*aspect)[1]);
        if (larger > 1 && larger <= kMost) {
            scanned.pixelAspect = aspect;
            sentence += ", only that it is " + proportions(*aspect);
        }
    }
    scanned.warnings.push_back(sentence + ": measure in pixels only.");
}

void addSpacing(const DicomDataset& root, ScannedFile& scanned)
{
    const std::string& stored = scanned.frames.front().pixelSpacing;
    scanned.pixelSpacing = parseSpacing(stored);
    if (scanned.pixelSpacing) {
        scanned.spacing = isAtDetector(root, *scanned.pixelSpacing) ? SpacingKind::AtDetector : SpacingKind::Calibrated;
    } else {
        for (const tags::Tag tag : {tags::kImagerPixelSpacing, tags::kNominalScannedPixelSpacing}) {
            if (!scanned.pixelSpacing)
                scanned.pixelSpacing = parseSpacing(root.rawText(tag));
        }
        scanned.spacing = scanned.pixelSpacing ? SpacingKind::AtDetector : SpacingKind::Unknown;
    }
    if (scanned.spacing == SpacingKind::AtDetector)
        scanned.warnings.push_back("Sizes are those at the detector, larger than in the patient.");
    else if (scanned.spacing == SpacingKind::Unknown)
        addAspect(root, scanned);
}

void addPictures(const DicomHeader& header, ScannedFile& scanned)
{
    const auto image = describeImage(header);
    scanned.hasPictures = true;
    scanned.columns = image.layout.columns;
    scanned.rows = image.layout.rows;
    scanned.photometric = image.layout.photometric;
    scanned.file.frames = image.layout.frames;
    scanned.frames = frameGeometries(header, image.layout.frames);
    scanned.file.imagePosition = scanned.frames.front().position;
    scanned.file.imageOrientation = scanned.frames.front().orientation;
    scanned.file.pixelSpacing = scanned.frames.front().pixelSpacing;
    addSpacing(header.root(), scanned);
    if (sidesFromTags(scanned.file.imageOrientation, scanned.study.patientOrientation).doubt != SidesDoubt::None)
        scanned.warnings.push_back("The Patient Orientation (0020,0020) in the file, \""
            + scanned.study.patientOrientation
            + "\", and its Image Orientation (Patient) (0020,0037) contradict each other: where the patient's sides "
              "are counts as unknown.");
}

void addListedOnly(const DicomHeader& header, ScannedFile& scanned)
{
    scanned.file.frames = 0;
    if (header.truncated)
        scanned.warnings.push_back("The file " + header.name + " is cut off in the middle.");
    if (!header.pixels)
        return;
    try {
        addPictures(header, scanned);
    } catch (const Error& error) {
        scanned.warnings.emplace_back(error.what());
    }
}

} // namespace

bool isDirectory(const DicomHeader& header)
{
    const auto root = header.root();
    return root.rawText(tags::kMediaStorageSopClassUid) == sop_class::kMediaStorageDirectory
        || root.has(tags::kDirectoryRecordSequence);
}

StudyContext studyContextOf(const DicomHeader& header)
{
    const auto root = header.root();
    const auto line = [&](tags::Tag tag) { return printable(root.text(tag)); };
    StudyContext study;
    study.studyInstanceUid = line(tags::kStudyInstanceUid);
    study.seriesInstanceUid = line(tags::kSeriesInstanceUid);
    study.frameOfReferenceUid = line(tags::kFrameOfReferenceUid);
    study.patientName = line(tags::kPatientName);
    study.patientId = line(tags::kPatientId);
    study.patientBirthDate = line(tags::kPatientBirthDate);
    study.patientSex = line(tags::kPatientSex);
    study.studyDate = line(tags::kStudyDate);
    study.studyTime = line(tags::kStudyTime);
    study.studyId = line(tags::kStudyId);
    study.studyDescription = line(tags::kStudyDescription);
    study.accessionNumber = line(tags::kAccessionNumber);
    study.referringPhysician = line(tags::kReferringPhysician);
    study.modality = line(tags::kModality);
    study.seriesDescription = line(tags::kSeriesDescription);
    study.seriesDate = line(tags::kSeriesDate);
    study.seriesNumber = root.integer(tags::kSeriesNumber).value_or(0);
    study.bodyPart = line(tags::kBodyPart);
    study.viewPosition = line(tags::kViewPosition);
    study.laterality = lateralityOf(root);
    study.patientOrientation = line(tags::kPatientOrientation);
    return study;
}

ScannedFile describeFile(const DicomHeader& header)
{
    const auto root = header.root();
    ScannedFile scanned;
    scanned.file = seriesFileOf(header);
    scanned.study = studyContextOf(header);
    scanned.isLocalizer = isLocalizer(root);
    scanned.displayable = !isListedOnly(scanned.file.sopClassUid);
    if (scanned.displayable)
        addPictures(header, scanned);
    else
        addListedOnly(header, scanned);
    return scanned;
}

} // namespace imaging
