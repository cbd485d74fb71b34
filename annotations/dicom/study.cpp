#include "annotations/dicom/study.h"

#include "annotations/dicom/equipment.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"

#include <dcmtk/dcmdata/dctk.h>

#include <set>

namespace annotations {

namespace {

/// A UID copied as stored. Throws when it could not stand in a valid object.
std::string checkedUid(const std::string& uid, const char* what)
{
    if (!imaging::isValidUid(uid))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            std::string("The picture has no valid ") + what
                + ", so no DICOM segmentation can refer to it; save the mask as NIfTI, NRRD or PNG instead.");
    return uid;
}

} // namespace

void putSopCommon(DcmItem& dataset, const ObjectIdentity& identity, const DicomNow& now)
{
    put(dataset, DCM_SpecificCharacterSet, "ISO_IR 192");
    put(dataset, DCM_SOPClassUID, std::string(identity.sopClassUid));
    put(dataset, DCM_SOPInstanceUID, identity.sopInstanceUid);
    put(dataset, DCM_InstanceCreationDate, now.date);
    put(dataset, DCM_InstanceCreationTime, now.time);
}

void putPatientAndStudy(DcmItem& dataset, const imaging::StudyContext& study)
{
    put(dataset, DCM_PatientName, personName(study.patientName));
    put(dataset, DCM_PatientID, valueText(study.patientId, 64));
    put(dataset, DCM_PatientBirthDate, isDate(study.patientBirthDate) ? study.patientBirthDate : "");
    const bool knownSex = study.patientSex == "M" || study.patientSex == "F" || study.patientSex == "O";
    put(dataset, DCM_PatientSex, knownSex ? study.patientSex : "");
    put(dataset, DCM_StudyInstanceUID, checkedUid(study.studyInstanceUid, "Study Instance UID"));
    put(dataset, DCM_StudyDate, isDate(study.studyDate) ? study.studyDate : "");
    put(dataset, DCM_StudyTime, isTime(study.studyTime) ? study.studyTime : "");
    put(dataset, DCM_StudyID, valueText(study.studyId, 16));
    put(dataset, DCM_AccessionNumber, valueText(study.accessionNumber, 16));
    put(dataset, DCM_ReferringPhysicianName, personName(study.referringPhysician));
    if (!study.studyDescription.empty())
        put(dataset, DCM_StudyDescription, valueText(study.studyDescription, 64));
}

void putSeries(
    DcmItem& dataset, const imaging::StudyContext& study, const ObjectIdentity& identity, const DicomNow& now)
{
    put(dataset, DCM_Modality, identity.modality);
    put(dataset, DCM_SeriesInstanceUID, checkedUid(identity.seriesInstanceUid, "Series Instance UID"));
    put(dataset, DCM_SeriesNumber,
        std::to_string(identity.seriesNumber > 0 ? identity.seriesNumber : newSeriesNumber()));
    put(dataset, DCM_SeriesDate, now.date);
    put(dataset, DCM_SeriesTime, now.time);
    const std::size_t room = 64 - (kResearch.size() + 3);
    put(dataset, DCM_SeriesDescription, valueText(identity.seriesDescription, room) + " (" + kResearch + ")");
    if (!codeString(study.bodyPart).empty())
        put(dataset, DCM_BodyPartExamined, codeString(study.bodyPart));
}

void putReferencedSeries(DcmItem& dataset, const imaging::VolumeInfo& info)
{
    DcmItem& series = addItem(dataset, DCM_ReferencedSeriesSequence);
    put(series, DCM_SeriesInstanceUID, checkedUid(info.study.seriesInstanceUid, "Series Instance UID"));
    std::set<std::string> seen; // A multi-frame file stands once.
    for (const imaging::SourceInstance& source : info.sources) {
        if (!seen.insert(source.sopInstanceUid).second)
            continue;
        DcmItem& instance = addItem(series, DCM_ReferencedInstanceSequence);
        put(instance, DCM_ReferencedSOPClassUID, checkedUid(source.sopClassUid, "SOP Class UID"));
        put(instance, DCM_ReferencedSOPInstanceUID, checkedUid(source.sopInstanceUid, "SOP Instance UID"));
    }
}

} // namespace annotations
