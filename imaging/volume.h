#pragma once

#include "imaging/geometry.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "imaging/voxel_buffer.h"
#include "imaging/window_level.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace imaging {

class TemporaryFolder;

enum class VoxelType : std::uint8_t { UInt8, Int8, UInt16, Int16, UInt32, Int32, Float32, Float64 };

std::size_t bytesOf(VoxelType type);

/// How far the grid's millimetres can be trusted.
enum class SpacingKind {
    Calibrated, ///< (0028,0030) PixelSpacing in the patient, or slices with positions.
    AtDetector, ///< Only (0018,1164) ImagerPixelSpacing: sizes are at the detector, larger than in the patient.
    Unknown, ///< No usable spacing: measure in pixels only.
};

/// Where one slice came from: what a SEG needs to refer to it. Strings are copied from the file, never recomputed.
struct SourceInstance
{
    std::string sopClassUid;
    std::string sopInstanceUid;
    std::string path;
    int frameNumber = 1; ///< From 1, as DICOM counts.
    std::string imagePosition; ///< (0020,0032) as stored, "x\\y\\z"; empty when absent.
    std::string imageOrientation; ///< (0020,0037) as stored; empty when absent.
    std::string pixelSpacing; ///< (0028,0030) as stored; empty when absent.
    std::string sliceThickness; ///< (0018,0050) as stored; empty when absent.
};

/// The patient, study and series attributes that objects made from this series must carry. UTF-8; empty when absent.
struct StudyContext
{
    std::string studyInstanceUid;
    std::string seriesInstanceUid;
    std::string frameOfReferenceUid;
    std::string patientName;
    std::string patientId;
    std::string patientBirthDate;
    std::string patientSex;
    std::string studyDate;
    std::string studyTime;
    std::string studyId;
    std::string studyDescription;
    std::string accessionNumber;
    std::string referringPhysician;
    std::string modality;
    std::string seriesDescription;
    std::string seriesDate;
    int seriesNumber = 0;
    std::string bodyPart; ///< (0018,0015)
    std::string viewPosition; ///< (0018,5101)
    std::string laterality; ///< (0020,0062) or (0020,0060)
    std::string patientOrientation; ///< (0020,0020) as stored, "L\\F"; empty when absent.
};

/// What is known about a volume besides its voxels.
struct VolumeInfo
{
    StudyContext study;
    std::vector<SourceInstance> sources; ///< One per slice, in slice order; empty for volumes not from DICOM.
    /// (0028,0004) was MONOCHROME1: low stored values are bright. Voxels are kept as stored.
    bool monochrome1 = false;
    SpacingKind spacing = SpacingKind::Unknown;
    /// Empty when slices lie at equal distances on one grid; otherwise the reason (tilt, changing distance, no
    /// positions) why this may be shown as a stack only, without MPR or volume measures.
    std::string notRegular;
    /// False when a file that is not DICOM does not say how its axes lie in the patient: sides and letters are unknown.
    bool axesKnown = true;
    /// Why the sides that the axes name are not to be relied on; of files that are not DICOM.
    SidesDoubt sidesDoubt = SidesDoubt::None;
    std::optional<WindowLevel> window; ///< First VOI LUT (0028,3010) or window (0028,1050), in rescaled values.
    std::string unit; ///< "HU" for rescaled CT, empty otherwise.
    std::optional<double> padding; ///< (0028,0120) after rescale.
    std::shared_ptr<const TemporaryFolder> unpacked; ///< Where `sources` lie when they come from a zip; null otherwise.
};

/// An immutable picture or stack on a grid, in rescaled values (Hounsfield units for CT). Grey volumes have one
/// component, colour ones three (RGB, interleaved, UInt8). Shared as shared_ptr<const Volume>.
class Volume
{
public:
    /// Takes the voxels over. Throws Error(Internal) when `bytes` does not fit `grid`, `type` and `components`.
    Volume(VoxelGrid grid, VoxelType type, int components, std::vector<std::byte> bytes, VolumeInfo info);
    Volume(VoxelGrid grid, VoxelType type, int components, VoxelBuffer buffer, VolumeInfo info);
    Volume(const Volume&) = delete;
    Volume& operator=(const Volume&) = delete;

    const VoxelGrid& grid() const { return m_grid; }
    VoxelType type() const { return m_type; }
    int components() const { return m_components; }
    const VolumeInfo& info() const { return m_info; }
    std::span<const std::byte> bytes() const { return m_bytes; }

    /// All voxels as T; T must be the stored type.
    template <typename T> std::span<const T> voxels() const
    {
        return {reinterpret_cast<const T*>(m_bytes.data()), m_bytes.size() / sizeof(T)};
    }

    /// Value at a voxel (first component), whatever the stored type.
    double value(VoxelIndex voxel) const;

private:
    VoxelGrid m_grid;
    VoxelType m_type;
    int m_components;
    std::vector<std::byte> m_vector; ///< One of these two holds the voxels.
    VoxelBuffer m_buffer;
    std::span<const std::byte> m_bytes;
    VolumeInfo m_info;
};

struct VoxelStatistics
{
    double minimum = 0;
    double maximum = 0;
    double sum = 0; ///< Exact for integer types below 2^53.
};

/// Over all voxels and components.
VoxelStatistics statistics(const Volume& volume);

} // namespace imaging
