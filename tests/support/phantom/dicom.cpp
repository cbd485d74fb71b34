#include "tests/support/phantom/phantom.h"

#include "imaging/error.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>

namespace phantom {

namespace {

__extension__ using Unsigned128 = unsigned __int128;

void check(const OFCondition& condition, const std::filesystem::path& path)
{
    if (condition.bad())
        throw imaging::Error(imaging::ErrorKind::Io,
            "The file '" + path.string() + "' cannot be written: " + condition.text() + ".", path.string());
}

/// A decimal string: at most 16 characters, PS3.5 6.2.
std::string decimal(double value)
{
    char text[32];
    for (int digits = 12; digits > 3; --digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, std::abs(value) < 1e-12 ? 0.0 : value);
        if (std::char_traits<char>::length(text) <= 16)
            break;
    }
    return text;
}

std::string join(std::initializer_list<double> values)
{
    std::string text;
    for (const double value : values) {
        if (!text.empty())
            text += '\\';
        text += decimal(value);
    }
    return text;
}

void put(DcmItem& item, const DcmTagKey& tag, const std::string& value)
{
    if (value.empty())
        item.insertEmptyElement(tag);
    else
        item.putAndInsertString(tag, value.c_str());
}

void put(DcmItem& item, const DcmTagKey& tag, int value)
{
    item.putAndInsertUint16(tag, static_cast<Uint16>(value));
}

struct Identity
{
    std::string sopClassUid;
    std::string modality;
    std::string description;
    unsigned seed = 1;
    int instance = 1;
};

void putIdentity(DcmDataset& data, const Identity& identity)
{
    const std::string kind = identity.modality + identity.description;
    put(data, DCM_SpecificCharacterSet, "ISO_IR 192");
    put(data, DCM_SOPClassUID, identity.sopClassUid);
    put(data, DCM_SOPInstanceUID, makeUid(identity.seed, kind + "/instance/" + std::to_string(identity.instance)));
    put(data, DCM_StudyInstanceUID, makeUid(identity.seed, kind + "/study"));
    put(data, DCM_SeriesInstanceUID, makeUid(identity.seed, kind + "/series"));
    put(data, DCM_FrameOfReferenceUID, makeUid(identity.seed, kind + "/frame"));
    put(data, DCM_PositionReferenceIndicator, "");
    put(data, DCM_PatientName, "Phantom^Limn");
    put(data, DCM_PatientID, "PHANTOM-" + std::to_string(identity.seed));
    put(data, DCM_PatientBirthDate, "19700101");
    put(data, DCM_PatientSex, "O");
    put(data, DCM_StudyDate, "20260101");
    put(data, DCM_StudyTime, "120000");
    put(data, DCM_SeriesDate, "20260101");
    put(data, DCM_SeriesTime, "120000");
    put(data, DCM_ContentDate, "20260101");
    put(data, DCM_ContentTime, "120000");
    put(data, DCM_AcquisitionDate, "20260101");
    put(data, DCM_AcquisitionTime, "120000");
    put(data, DCM_AccessionNumber, "");
    put(data, DCM_ReferringPhysicianName, "");
    put(data, DCM_StudyID, "1");
    put(data, DCM_StudyDescription, "Phantom");
    put(data, DCM_Modality, identity.modality);
    put(data, DCM_SeriesNumber, "1");
    put(data, DCM_SeriesDescription, identity.description);
    put(data, DCM_Manufacturer, "Limn");
    put(data, DCM_ManufacturerModelName, "limn-phantom");
    put(data, DCM_DeviceSerialNumber, "0");
    put(data, DCM_SoftwareVersions, "0.1");
    put(data, DCM_InstanceNumber, std::to_string(identity.instance));
    put(data, DCM_AcquisitionNumber, "1");
    put(data, DCM_BodyPartExamined, "CHEST");
}

void putPixelFormat(DcmDataset& data, int columns, int rows, int bitsStored, bool isSigned, const char* photometric)
{
    put(data, DCM_SamplesPerPixel, 1);
    put(data, DCM_PhotometricInterpretation, photometric);
    put(data, DCM_Rows, rows);
    put(data, DCM_Columns, columns);
    put(data, DCM_BitsAllocated, 16);
    put(data, DCM_BitsStored, bitsStored);
    put(data, DCM_HighBit, bitsStored - 1);
    put(data, DCM_PixelRepresentation, isSigned ? 1 : 0);
}

void save(DcmFileFormat& file, const std::filesystem::path& path)
{
    check(file.saveFile(path.c_str(), EXS_LittleEndianExplicit, EET_ExplicitLength, EGL_recalcGL, EPD_noChange), path);
}

void makeFolder(const std::filesystem::path& folder)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The folder '" + folder.string() + "' cannot be made: " + problem.message() + ".", folder.string());
}

/// What the DX module tables of PS3.3 A.26 ask for beyond CR.
void putDigitalXray(DcmDataset& data, const XrayOptions& options)
{
    put(data, DCM_PresentationIntentType, "FOR PRESENTATION");
    put(data, DCM_ImageLaterality, "U");
    put(data, DCM_PixelIntensityRelationship, "LOG");
    data.putAndInsertSint16(DCM_PixelIntensityRelationshipSign, options.monochrome1 ? 1 : -1);
    put(data, DCM_RescaleIntercept, "0");
    put(data, DCM_RescaleSlope, "1");
    put(data, DCM_RescaleType, "US");
    put(data, DCM_PresentationLUTShape, options.monochrome1 ? "INVERSE" : "IDENTITY");
    put(data, DCM_LossyImageCompression, "00");
    put(data, DCM_BurnedInAnnotation, "NO");
    put(data, DCM_DetectorType, "");
    put(data, DCM_PositionerType, "");
    data.insertEmptyElement(DCM_AcquisitionContextSequence);
    DcmItem* region = nullptr;
    data.findOrCreateSequenceItem(DCM_AnatomicRegionSequence, region);
    put(*region, DCM_CodeValue, "51185008");
    put(*region, DCM_CodingSchemeDesignator, "SCT");
    put(*region, DCM_CodeMeaning, "Chest");
    DcmItem* view = nullptr;
    data.findOrCreateSequenceItem(DCM_ViewCodeSequence, view);
    put(*view, DCM_CodeValue, "399348003");
    put(*view, DCM_CodingSchemeDesignator, "SCT");
    put(*view, DCM_CodeMeaning, "Antero-posterior");
}

void checkXray(const std::filesystem::path& path, const XrayOptions& options)
{
    const bool good = options.columns > 0 && options.rows > 0 && options.columns <= 65535 && options.rows <= 65535
        && options.bitsStored >= 8 && options.bitsStored <= 16
        && (!options.digital || (!options.patientOrientation.empty() && options.imagerPixelSpacingMm > 0));
    if (!good)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The X-ray '" + path.string()
                + "' cannot be made: sizes are 1 to 65535, bits 8 to 16, and DX needs an orientation and an imager "
                  "pixel spacing.",
            path.string());
}

/// One slice of a CT series; `stored` are Hounsfield units plus 1024.
void writeCtSlice(const std::filesystem::path& path, const imaging::VoxelGrid& grid, int slice,
    std::vector<Uint16> stored, const Identity& identity)
{
    DcmFileFormat file;
    DcmDataset& data = *file.getDataset();
    putIdentity(data, identity);
    const imaging::PatientPoint p = grid.toPatient(0, 0, slice);
    const auto& a = grid.axes;
    put(data, DCM_ImageType, "ORIGINAL\\PRIMARY\\AXIAL");
    put(data, DCM_PatientPosition, "HFS");
    put(data, DCM_ImagePositionPatient, join({p.x, p.y, p.z}));
    put(data, DCM_ImageOrientationPatient, join({a[0].x, a[0].y, a[0].z, a[1].x, a[1].y, a[1].z}));
    put(data, DCM_PixelSpacing, join({grid.spacingMm[1], grid.spacingMm[0]}));
    put(data, DCM_SliceThickness, decimal(grid.spacingMm[2]));
    put(data, DCM_KVP, "120");
    putPixelFormat(data, grid.columns, grid.rows, 16, true, "MONOCHROME2");
    put(data, DCM_RescaleIntercept, "-1024");
    put(data, DCM_RescaleSlope, "1");
    put(data, DCM_RescaleType, "HU");
    put(data, DCM_WindowCenter, "-600");
    put(data, DCM_WindowWidth, "1600");
    data.putAndInsertUint16Array(DCM_PixelData, stored.data(), static_cast<unsigned long>(stored.size()));
    save(file, path);
}

template <typename HounsfieldAt>
void writeCtSeries(const std::filesystem::path& folder, const imaging::VoxelGrid& grid, const Identity& first,
    bool shuffled, const HounsfieldAt& hounsfieldAt)
{
    makeFolder(folder);
    std::vector<int> names(static_cast<std::size_t>(grid.slices));
    std::iota(names.begin(), names.end(), 1);
    if (shuffled)
        std::shuffle(names.begin(), names.end(), std::mt19937(first.seed));
    for (int slice = 0; slice < grid.slices; ++slice) {
        std::vector<Uint16> stored;
        stored.reserve(grid.sliceVoxels());
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column) {
                const double value = hounsfieldAt(imaging::VoxelIndex{column, row, slice}) + 1024;
                const double limited = std::isfinite(value) ? std::clamp(std::round(value), -32768.0, 32767.0) : 0;
                stored.push_back(static_cast<Uint16>(static_cast<Sint16>(limited)));
            }
        Identity identity = first;
        identity.instance = slice + 1;
        char name[16];
        std::snprintf(name, sizeof name, "%05d.dcm", names[static_cast<std::size_t>(slice)]);
        writeCtSlice(folder / name, grid, slice, std::move(stored), identity);
    }
}

} // namespace

std::string makeUid(unsigned seed, const std::string& name)
{
    // FNV-1a twice, with different beginnings, for the 128 bits of PS3.5 B.2.
    const std::string text = std::to_string(seed) + "/" + name;
    const auto hash = [&](std::uint64_t value) {
        for (const char c : text)
            value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        return value;
    };
    Unsigned128 number = (static_cast<Unsigned128>(hash(14695981039346656037ULL)) << 64) | hash(1469598103934665603ULL);
    std::string digits;
    for (; number != 0; number /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(number % 10)));
    return "2.25." + digits;
}

void writeXray(const std::filesystem::path& path, const XrayOptions& options)
{
    checkXray(path, options);
    DcmFileFormat file;
    DcmDataset& data = *file.getDataset();
    const Identity identity{
        options.digital ? UID_DigitalXRayImageStorageForPresentation : UID_ComputedRadiographyImageStorage,
        options.digital ? "DX" : "CR", "Chest phantom", options.seed, 1};
    putIdentity(data, identity);
    if (!options.digital) {
        data.findAndDeleteElement(DCM_FrameOfReferenceUID);
        data.findAndDeleteElement(DCM_PositionReferenceIndicator);
    } else {
        putDigitalXray(data, options);
    }
    put(data, DCM_ImageType, options.digital ? "ORIGINAL\\PRIMARY\\" : "ORIGINAL\\PRIMARY");
    put(data, DCM_ViewPosition, "PA");
    put(data, DCM_PatientOrientation, options.patientOrientation);
    if (options.pixelSpacingMm > 0)
        put(data, DCM_PixelSpacing, join({options.pixelSpacingMm, options.pixelSpacingMm}));
    if (options.imagerPixelSpacingMm > 0)
        put(data, DCM_ImagerPixelSpacing, join({options.imagerPixelSpacingMm, options.imagerPixelSpacingMm}));
    if (options.imagerPixelSpacingMm > 0 && options.pixelSpacingMm > 0) {
        put(data, DCM_PixelSpacingCalibrationType, "GEOMETRY");
        put(data, DCM_PixelSpacingCalibrationDescription, "Chosen");
    }
    putPixelFormat(data, options.columns, options.rows, options.bitsStored, false,
        options.monochrome1 ? "MONOCHROME1" : "MONOCHROME2");
    put(data, DCM_WindowCenter, decimal(std::ldexp(1.0, options.bitsStored - 1)));
    put(data, DCM_WindowWidth, decimal(std::ldexp(1.0, options.bitsStored)));
    const auto pixels = makeXray(options);
    data.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
    if (path.has_parent_path())
        makeFolder(path.parent_path());
    save(file, path);
}

void writeCt(const std::filesystem::path& folder, const CtOptions& options)
{
    if (options.columns < 1 || options.rows < 1 || options.slices < 1 || options.columns > 65535 || options.rows > 65535
        || options.slices > 99999)
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "The CT in '" + folder.string() + "' must have a size.", folder.string());
    const auto grid = ctGrid(options);
    const auto voxels = makeCt(options);
    const Identity identity{UID_CTImageStorage, "CT", "Chest phantom", options.seed, 1};
    writeCtSeries(folder, grid, identity, options.shuffled,
        [&](imaging::VoxelIndex at) { return static_cast<double>(voxels[grid.offset(at)]); });
}

void writeCtFromVolume(const std::filesystem::path& folder, const imaging::Volume& volume, unsigned seed)
{
    if (volume.components() != 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The volume for '" + folder.string() + "' has colours: it is not a CT.", folder.string());
    imaging::VoxelGrid grid = volume.grid();
    const bool flipColumns = grid.axes[0].x < 0 && std::abs(grid.axes[0].x) > 0.7;
    const bool flipRows = grid.axes[1].y < 0 && std::abs(grid.axes[1].y) > 0.7;
    const imaging::VoxelGrid source = grid;
    grid.origin = source.toPatient(flipColumns ? source.columns - 1 : 0, flipRows ? source.rows - 1 : 0, 0);
    if (flipColumns)
        grid.axes[0] = -1.0 * grid.axes[0];
    if (flipRows)
        grid.axes[1] = -1.0 * grid.axes[1];
    const Identity identity{UID_CTImageStorage, "CT", "From NIfTI", seed, 1};
    writeCtSeries(folder, grid, identity, false, [&](imaging::VoxelIndex at) {
        return volume.value({flipColumns ? source.columns - 1 - at.column : at.column,
            flipRows ? source.rows - 1 - at.row : at.row, at.slice});
    });
}

} // namespace phantom
