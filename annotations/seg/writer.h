#pragma once

#include "annotations/dicom/provenance.h"
#include "annotations/label_map.h"
#include "annotations/seg/seg_object.h"
#include "imaging/volume.h"

#include <filesystem>
#include <span>
#include <string>

namespace annotations {

struct SegWriteOptions
{
    std::string seriesDescription = "Limn segmentation"; ///< "Research use only" is added.
    std::string contentLabel = "SEGMENTATION"; ///< CS: made upper case, other characters become "_".
    std::string contentCreator; ///< PN; may be empty.
    int seriesNumber = 0; ///< 0: one made from the time (newSeriesNumber), which nothing else in the study uses.
    std::string seriesInstanceUid; ///< Empty: a new series. Given: the object joins it (a second object).
    int instanceNumber = 1;
    std::string softwareVersion = "0.1.0";
    Provenance provenance;
};

/// UIDs of what was written.
struct WrittenSeg
{
    std::string sopInstanceUid;
    std::string seriesInstanceUid;
    std::size_t frames = 0;
    std::string renumbered; ///< A sentence when segments got other numbers than their labels' values; else empty.
};

/// Writes the labels that have voxels as segments 1..N (PS3.3 C.8.20.2), one frame a segment and slice, empty
/// frames left out. The file appears complete or not at all. `source` must be the DICOM volume that the map lies on.
/// Throws Error(InvalidInput) when nothing is labelled, a voxel's value has no label, or the source is not from DICOM
/// or of another size; Error(Io) when the file cannot be written.
WrittenSeg writeSeg(const std::filesystem::path& path, const imaging::Volume& source, const LabelMap& map,
    std::span<const Label> labels, const SegWriteOptions& options);

/// Writes segments that may overlap, or fractional ones; frames' `slice` says where they lie in `source`. Same rules.
WrittenSeg writeSeg(const std::filesystem::path& path, const imaging::Volume& source, const SegObject& object,
    const SegWriteOptions& options);

/// A model's probabilities 0..1 (columns x rows x slices of `source`) as FRACTIONAL PROBABILITY (255): the object
/// beside the binary mask. Slices that are 0 after rounding are left out.
WrittenSeg writeProbabilities(const std::filesystem::path& path, const imaging::Volume& source,
    std::span<const float> probabilities, const Label& label, const SegWriteOptions& options);

} // namespace annotations
