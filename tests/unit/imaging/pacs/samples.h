#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// DICOM objects made with DCMTK, so by another hand than the code under test.
namespace samples {

inline const std::string kCrImage = "1.2.840.10008.5.1.4.1.1.1";
inline const std::string kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4";
inline const std::string kImplicit = "1.2.840.10008.1.2";
inline const std::string kExplicit = "1.2.840.10008.1.2.1";
inline const std::string kDeflated = "1.2.840.10008.1.2.1.99";
inline const std::string kBigEndian = "1.2.840.10008.1.2.2";
inline const std::string kJpegLs = "1.2.840.10008.1.2.4.80";

/// What the sample says about itself. UIDs are made up from `number`.
struct Object
{
    std::string sopClassUid = kCrImage;
    std::string transferSyntaxUid = kExplicit; ///< One that DCMTK writes without a codec.
    int number = 1;
    int size = 16; ///< Rows and columns.
    std::string studyUid = "1.2.826.0.1.3680043.10.1";
    std::string seriesUid = "1.2.826.0.1.3680043.10.1.1";

    std::string sopInstanceUid() const { return "1.2.826.0.1.3680043.10.1.1." + std::to_string(number); }
};

/// Writes the object, a picture with a patient, a private element and nested sequences, as a file.
std::filesystem::path write(const std::filesystem::path& folder, const Object& object);

/// As write(), with the header claiming another transfer syntax: for what is settled before any data are sent.
std::filesystem::path writeLabelled(
    const std::filesystem::path& folder, const Object& object, const std::string& transferSyntaxUid);

std::string readAll(const std::filesystem::path& path);
/// The data set of a file, without preamble and group 0002.
std::string dataSetOf(const std::filesystem::path& path);
/// The value of (7FE0,0010), through DCMTK.
std::string pixelDataOf(const std::filesystem::path& path);
/// Whether DCMTK reads the same elements from both.
bool haveEqualElements(const std::filesystem::path& one, const std::filesystem::path& other);

} // namespace samples
