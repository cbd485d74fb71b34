#pragma once

#include "imaging/geometry.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

/// Pictures of nobody, written as correct DICOM: what tests and the demo work on. The same options give the same voxels
/// and the same UIDs.
namespace phantom {

struct XrayOptions
{
    int columns = 512;
    int rows = 512;
    bool monochrome1 = false;
    /// (0020,0020). "L\F": the patient's left is at the right edge, as in a chest film; "R\F" gives the mirrored
    /// picture; empty: the attribute is empty and nothing tells the sides.
    std::string patientOrientation = "L\\F";
    int bitsStored = 12; ///< 8 to 16.
    double pixelSpacingMm = 0.7; ///< (0028,0030); 0 leaves it out.
    double imagerPixelSpacingMm = 0; ///< (0018,1164); 0 leaves it out.
    bool digital = false; ///< A DX object instead of a CR one. DX needs patientOrientation and an imager pixel spacing.
    /// Centre and radius of a bright opacity in fractions of the picture as stored; radius 0 for none.
    double opacityColumn = 0.28;
    double opacityRow = 0.6;
    double opacityRadius = 0.07;
    unsigned seed = 1;
};

struct CtOptions
{
    int columns = 128;
    int rows = 128;
    int slices = 40;
    double pixelSpacingMm = 3;
    double sliceDistanceMm = 5;
    double tiltDegrees = 0; ///< Gantry tilt: slices are inclined, their positions still follow one another along z.
    bool shuffled = false; ///< File names not in slice order.
    unsigned seed = 1;
};

/// Hounsfield units of the CT's parts; ellipsoids around the middle of the volume, borders decided at voxel centres.
constexpr std::int16_t kAir = -1000;
constexpr std::int16_t kBody = 40;
constexpr std::int16_t kLung = -850;
constexpr std::int16_t kBone = 700;
constexpr std::int16_t kNodule = 60;

/// Stored values, row by row.
std::vector<std::uint16_t> makeXray(const XrayOptions& options);
/// Writes one file. Throws imaging::Error when it cannot, or when the options contradict each other.
void writeXray(const std::filesystem::path& path, const XrayOptions& options);

/// The CT's grid; with a tilt the third axis is not at right angles to the others.
imaging::VoxelGrid ctGrid(const CtOptions& options);
/// Hounsfield units in the order of the grid.
std::vector<std::int16_t> makeCt(const CtOptions& options);
/// Writes one file per slice into the folder, which is made when absent.
void writeCt(const std::filesystem::path& folder, const CtOptions& options);

/// Any volume in Hounsfield units as a CT series, turned so that columns run to the patient's left and rows to the back
/// where its axes allow that without resampling. Values are rounded and limited to what 16 bits hold.
void writeCtFromVolume(const std::filesystem::path& folder, const imaging::Volume& volume, unsigned seed);

/// "2.25." and a number made from the seed and the name: the same for the same two.
std::string makeUid(unsigned seed, const std::string& name);

} // namespace phantom
