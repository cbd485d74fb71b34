#pragma once

#include "imaging/dicom/image_description.h"
#include "imaging/dicom/voi.h"
#include "imaging/volume.h"

#include <cstddef>
#include <span>
#include <vector>

namespace imaging {

/// The type that the voxels of these pictures get.
struct VoxelChoice
{
    VoxelType type = VoxelType::Int16;
    /// The samples could hold values that `type` cannot, though real pictures hardly do (16-bit CT with an intercept).
    /// When convertFrame() finds one, everything is converted again to `wider`.
    bool mayOverflow = false;
    VoxelType wider = VoxelType::Int32;
    int components = 1;
};

/// What a picture's rescaled values can be, by its bits, slopes, intercepts and table.
ValueRange valueRange(const ImageDescription& image);

/// The smallest type that holds all rescaled values: integers where slope and intercept are, Float32 otherwise.
VoxelChoice chooseVoxelType(const std::vector<ImageDescription>& images);

/// Samples as FrameSource::read() gives them -> voxels: unused bits cleared, sign extended, rescaled or looked up,
/// palette and deeper colours brought to 8-bit RGB. `samples` and `voxels` may be the same memory when their sizes are
/// equal. False when a value did not fit `type` (the voxels are then useless).
bool convertFrame(const ImageDescription& image, int frame, std::span<const std::byte> samples, VoxelType type,
    std::span<std::byte> voxels);

} // namespace imaging
