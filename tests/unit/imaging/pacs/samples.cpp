#include "samples.h"

#include "imaging/pacs/part10.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace samples {

namespace {

void check(const OFCondition& condition)
{
    if (condition.bad())
        throw std::runtime_error(condition.text());
}

void fill(DcmDataset& dataset, const Object& object)
{
    const auto put = [&dataset](const DcmTagKey& tag, const std::string& value) {
        check(dataset.putAndInsertString(tag, value.c_str()));
    };
    const bool isSegmentation = object.sopClassUid == kSegmentation;
    put(DCM_SOPClassUID, object.sopClassUid);
    put(DCM_SOPInstanceUID, object.sopInstanceUid());
    put(DCM_StudyInstanceUID, object.studyUid);
    put(DCM_SeriesInstanceUID, object.seriesUid);
    put(DCM_StudyDate, "20260102");
    put(DCM_Modality, isSegmentation ? "SEG" : "CR");
    put(DCM_PatientName, "Sample^Patient");
    put(DCM_PatientID, "S-1");
    put(DCM_InstanceNumber, std::to_string(object.number));
    DcmItem* item = nullptr;
    check(dataset.findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, item));
    check(item->putAndInsertString(DCM_SeriesInstanceUID, object.seriesUid.c_str()));
    DcmItem* inner = nullptr;
    check(item->findOrCreateSequenceItem(DCM_ReferencedInstanceSequence, inner));
    check(inner->putAndInsertString(DCM_ReferencedSOPInstanceUID, "1.2.3.4"));
    const auto size = static_cast<Uint16>(object.size);
    check(dataset.putAndInsertUint16(DCM_SamplesPerPixel, 1));
    put(DCM_PhotometricInterpretation, "MONOCHROME2");
    check(dataset.putAndInsertUint16(DCM_Rows, size));
    check(dataset.putAndInsertUint16(DCM_Columns, size));
    check(dataset.putAndInsertUint16(DCM_BitsAllocated, isSegmentation ? 1 : 16));
    check(dataset.putAndInsertUint16(DCM_BitsStored, isSegmentation ? 1 : 12));
    check(dataset.putAndInsertUint16(DCM_HighBit, isSegmentation ? 0 : 11));
    check(dataset.putAndInsertUint16(DCM_PixelRepresentation, 0));
    const std::size_t voxels = static_cast<std::size_t>(object.size) * static_cast<std::size_t>(object.size);
    if (isSegmentation) {
        put(DCM_NumberOfFrames, "1");
        put(DCM_SegmentationType, "BINARY");
        std::vector<Uint8> bits((voxels + 7) / 8 + ((voxels + 7) / 8) % 2);
        for (std::size_t i = 0; i < voxels / 8; ++i)
            bits[i] = static_cast<Uint8>(i * 37 + static_cast<std::size_t>(object.number));
        check(dataset.putAndInsertUint8Array(DCM_PixelData, bits.data(), bits.size()));
        return;
    }
    std::vector<Uint16> values(voxels);
    for (std::size_t i = 0; i < voxels; ++i)
        values[i] = static_cast<Uint16>((i * 31 + static_cast<std::size_t>(object.number)) % 4096);
    check(dataset.putAndInsertUint16Array(DCM_PixelData, values.data(), values.size()));
}

} // namespace

std::filesystem::path write(const std::filesystem::path& folder, const Object& object)
{
    std::filesystem::create_directories(folder);
    const auto path = folder / ("sample-" + std::to_string(object.number) + ".dcm");
    DcmFileFormat file;
    fill(*file.getDataset(), object);
    const E_TransferSyntax syntax = DcmXfer(object.transferSyntaxUid.c_str()).getXfer();
    check(file.saveFile(path.c_str(), syntax, EET_UndefinedLength));
    return path;
}

std::filesystem::path writeLabelled(
    const std::filesystem::path& folder, const Object& object, const std::string& transferSyntaxUid)
{
    const auto path = write(folder, object);
    imaging::pacs::detail::FileMeta meta = imaging::pacs::detail::readFileMeta(path);
    const std::string dataSet = dataSetOf(path);
    meta.transferSyntaxUid = transferSyntaxUid;
    const auto header = imaging::pacs::detail::encodeFileMeta(meta);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(header.data()), static_cast<std::streamsize>(header.size()));
    file << dataSet;
    return path;
}

std::string readAll(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string dataSetOf(const std::filesystem::path& path)
{
    DcmMetaInfo meta;
    check(meta.loadFile(path.c_str(), EXS_Unknown, EGL_noChange));
    // Preamble, DICM, and the group: its length element of 12 bytes and what that counts.
    Uint32 length = 0;
    check(meta.findAndGetUint32(DCM_FileMetaInformationGroupLength, length));
    return readAll(path).substr(128 + 4 + 12 + length);
}

std::string pixelDataOf(const std::filesystem::path& path)
{
    DcmFileFormat file;
    check(file.loadFile(path.c_str()));
    DcmElement* element = nullptr;
    check(file.getDataset()->findAndGetElement(DCM_PixelData, element));
    std::string bytes(element->getLength(), '\0');
    Uint8* values = nullptr;
    Uint16* words = nullptr;
    if (element->getUint8Array(values).good() && values != nullptr)
        std::copy_n(reinterpret_cast<const char*>(values), bytes.size(), bytes.data());
    else if (element->getUint16Array(words).good() && words != nullptr)
        std::copy_n(reinterpret_cast<const char*>(words), bytes.size(), bytes.data());
    else
        throw std::runtime_error("no pixel data");
    return bytes;
}

bool haveEqualElements(const std::filesystem::path& one, const std::filesystem::path& other)
{
    DcmFileFormat first;
    DcmFileFormat second;
    check(first.loadFile(one.c_str()));
    check(second.loadFile(other.c_str()));
    return first.getDataset()->compare(*second.getDataset()) == 0;
}

} // namespace samples
