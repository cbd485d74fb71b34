#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace app {

/// What a DICOM SEG says about itself, without the pictures it lies on.
struct MaskSummary
{
    std::string sourceSeriesUid; ///< The series it was made from; empty when it does not say.
    std::vector<std::string> segments; ///< Their names.
};

/// Throws as annotations::readSeg.
MaskSummary summarizeSeg(const std::filesystem::path& path);

/// `count` voxels in memory order that hold one label.
struct LabelRun
{
    std::size_t offset = 0;
    std::uint32_t count = 0;
    std::uint16_t value = 0;

    friend bool operator==(const LabelRun&, const LabelRun&) = default;
};

/// The labelled voxels of a map, in memory order.
std::vector<LabelRun> runsOf(const annotations::LabelMap& map);

/// One label for each value that occurs: the default label of that value, or an unnamed segment.
annotations::LabelTable labelsFor(const annotations::LabelMap& map);

/// The mask that `file` holds on the picture's grid, by where its voxels lie in the patient, however the file orders
/// them; voxel by voxel where one of the two does not say so (PNG, X-rays). Throws Error(InvalidInput) when the voxels
/// do not coincide or the sizes differ.
annotations::LabelMap laidOn(
    annotations::LabelMap map, const std::filesystem::path& file, const imaging::Volume& picture);

/// A mask that lies on the grid of an open picture.
struct OpenedMask
{
    std::vector<LabelRun> runs;
    annotations::LabelTable labels; ///< One for every value that occurs in `runs`, and for empty segments of a SEG.
    imaging::Warnings warnings;
};

/// Reads a DICOM SEG, or a NIfTI, NRRD or PNG file with whole numbers, onto the picture. Segments of a SEG bring their
/// names, codes and colours; in other files the values of the default labels mean those, others are unnamed segments.
/// Throws Error(InvalidInput) when the file belongs to another series, does not coincide with its voxels (see laidOn)
/// or is no mask, and as annotations::readSeg and imaging::readImageFile do.
OpenedMask openMask(const std::filesystem::path& path, const imaging::Volume& picture);

} // namespace app
