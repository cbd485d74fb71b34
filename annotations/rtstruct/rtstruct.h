#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annotations {

struct StructureWriteOptions
{
    std::string seriesDescription = "Limn contours"; ///< "Research use only" is added.
    std::string label = "CONTOURS"; ///< (3006,0002) Structure Set Label, SH.
    int seriesNumber = 0; ///< 0: one that nothing else in the study uses.
    std::string softwareVersion = "0.1.0";
};

/// UIDs of what was written.
struct WrittenStructures
{
    std::string sopInstanceUid;
    std::string seriesInstanceUid;
    std::size_t contours = 0;
};

/// Writes the labels that have voxels as an RT Structure Set (PS3.3 A.19): closed planar contours on the picture's own
/// planes in the patient's frame (LPS, mm), holes by the keyhole technique. Implicit VR, since a contour of many points
/// has no length in explicit VR. The file appears complete or not at all. Throws Error(InvalidInput) when nothing is
/// labelled, a voxel's value has no label, or the picture is not DICOM with a frame of reference and positions (an X-ray
/// has none); Error(Io) when the file cannot be written.
WrittenStructures writeStructures(const std::filesystem::path& path, const imaging::Volume& source, const LabelMap& map,
    std::span<const Label> labels, const StructureWriteOptions& options = {});

struct StructureContour
{
    std::vector<imaging::PatientPoint> points;
    std::string sourceSopInstanceUid; ///< Of the image it was drawn on; empty when none is named.
};

/// A region of interest of a structure set.
struct Structure
{
    int number = 0; ///< (3006,0022)
    std::string name; ///< (3006,0026)
    std::string description; ///< (3006,0028)
    std::optional<std::array<std::uint8_t, 3>> colour; ///< (3006,002A)
    std::vector<StructureContour> contours; ///< The closed planar ones.
    std::size_t otherContours = 0; ///< Points and open lines, which enclose nothing.
};

struct StructureSet
{
    std::string sopInstanceUid;
    imaging::StudyContext study; ///< Of the structure set itself.
    std::string label;
    std::string frameOfReferenceUid;
    std::string sourceSeriesUid;
    std::vector<Structure> structures;
    imaging::Warnings warnings;
};

/// Whether a file is an RT Structure Set; false for what is no DICOM.
bool isStructureSet(const std::filesystem::path& path);

/// Reads one from an untrusted file: it passes imaging's pre-scan, and no library sees it. Throws
/// Error(InvalidInput|NotFound|Io) with a sentence that names the file.
StructureSet readStructures(const std::filesystem::path& path);

/// Fills the contours on a picture's slices: a voxel belongs to a structure when its centre lies within an odd number
/// of its contours on that slice. Voxel value = its place in the list, from 1; where structures overlap the later one
/// wins, with a warning; contours that lie on no slice are left out with a warning. Throws Error(InvalidInput) when the
/// picture has no place in the patient, is of another frame of reference, or no contour lies on it.
LabelMap toLabelMap(const StructureSet& set, const imaging::Volume& picture, imaging::Warnings& warnings);

/// A label for each structure, with the values of toLabelMap().
LabelTable labelsOf(const StructureSet& set);

} // namespace annotations
