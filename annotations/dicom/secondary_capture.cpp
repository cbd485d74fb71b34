#include "annotations/dicom/secondary_capture.h"

#include "annotations/dicom/equipment.h"
#include "annotations/dicom/study.h"
#include "annotations/dicom/values.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <dcmtk/dcmdata/dctk.h>

namespace annotations {

namespace {

constexpr int kMostSide = 65535; // Rows and columns are US.

void checkCapture(const imaging::Volume& source, const CapturedPicture& picture)
{
    const auto refuse = [](const std::string& why) {
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The picture cannot be a DICOM secondary capture: " + why);
    };
    if (picture.slice < 0 || static_cast<std::size_t>(picture.slice) >= source.info().sources.size())
        refuse("it was not read from DICOM; save it as PNG instead.");
    if (picture.columns < 1 || picture.rows < 1 || picture.columns > kMostSide || picture.rows > kMostSide)
        refuse("it is " + std::to_string(picture.columns) + " x " + std::to_string(picture.rows) + " pixels large.");
    if (picture.pixels.size() != 3 * static_cast<std::size_t>(picture.columns) * static_cast<std::size_t>(picture.rows))
        refuse("its pixels do not fit its size.");
}

void putSource(DcmItem& dataset, const imaging::SourceInstance& instance)
{
    DcmItem& image = addItem(dataset, DCM_SourceImageSequence);
    put(image, DCM_ReferencedSOPClassUID, instance.sopClassUid);
    put(image, DCM_ReferencedSOPInstanceUID, instance.sopInstanceUid);
    if (instance.frameNumber > 1)
        put(image, DCM_ReferencedFrameNumber, std::to_string(instance.frameNumber));
    putCode(image, DCM_PurposeOfReferenceCodeSequence, {"121322", "DCM", "Source image for image processing operation"});
}

void putImage(DcmItem& dataset, const CapturedPicture& picture, const DicomNow& now)
{
    put(dataset, DCM_ConversionType, "WSD");
    put(dataset, DCM_DateOfSecondaryCapture, now.date);
    put(dataset, DCM_TimeOfSecondaryCapture, now.time);
    put(dataset, DCM_ContentDate, now.date);
    put(dataset, DCM_ContentTime, now.time);
    put(dataset, DCM_InstanceNumber, "1");
    put(dataset, DCM_PatientOrientation, "");
    put(dataset, DCM_ImageType, "DERIVED\\SECONDARY");
    put(dataset, DCM_DerivationDescription, "Masks drawn over the picture. " + kResearch);
    put(dataset, DCM_BurnedInAnnotation, "YES");
    put(dataset, DCM_LossyImageCompression, "00");
    put(dataset, DCM_SamplesPerPixel, std::uint16_t{3});
    put(dataset, DCM_PhotometricInterpretation, "RGB");
    put(dataset, DCM_PlanarConfiguration, std::uint16_t{0});
    put(dataset, DCM_Rows, static_cast<std::uint16_t>(picture.rows));
    put(dataset, DCM_Columns, static_cast<std::uint16_t>(picture.columns));
    put(dataset, DCM_BitsAllocated, std::uint16_t{8});
    put(dataset, DCM_BitsStored, std::uint16_t{8});
    put(dataset, DCM_HighBit, std::uint16_t{7});
    put(dataset, DCM_PixelRepresentation, std::uint16_t{0});
    std::vector<std::uint8_t> pixels = picture.pixels;
    if (pixels.size() % 2 != 0)
        pixels.push_back(0);
    if (dataset.putAndInsertUint8Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size())).bad())
        throw imaging::Error(imaging::ErrorKind::Internal, "The pixels of the secondary capture cannot be set.");
}

} // namespace

std::string writeSecondaryCapture(const std::filesystem::path& path, const imaging::Volume& source,
    const CapturedPicture& picture, const CaptureOptions& options)
{
    checkCapture(source, picture);
    const auto& study = source.info().study;
    const DicomNow now = dicomNow();
    const ObjectIdentity identity{imaging::sop_class::kSecondaryCapture, newUid(), "OT", newUid(), options.seriesNumber,
        options.seriesDescription};
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    putSopCommon(dataset, identity, now);
    putPatientAndStudy(dataset, study);
    putSeries(dataset, study, identity, now);
    putEquipment(dataset, options.softwareVersion);
    putContribution(dataset, options.softwareVersion, options.provenance, now);
    putSource(dataset, source.info().sources[static_cast<std::size_t>(picture.slice)]);
    putImage(dataset, picture, now);
    imaging::AtomicFile atomic(path);
    const OFCondition saved = file.saveFile(atomic.temporaryPath().c_str(), EXS_LittleEndianExplicit);
    if (saved.bad())
        throw imaging::Error(imaging::ErrorKind::Io,
            "The picture '" + path.string() + "' cannot be written: " + saved.text()
                + ". Check the folder's rights and the free space.",
            path.string());
    atomic.commit();
    return identity.sopInstanceUid;
}

} // namespace annotations
