#pragma once

#include "annotations/label_map.h"
#include "imaging/progress.h"

#include <filesystem>

namespace app {

/// Whether a file is for the skins of masks, not for their voxels.
bool isSurfaceFile(const std::filesystem::path& path);

/// The skins of all segments as binary STL (millimetres, LPS): of one segment `path` itself, of several "NAME-VALUE.stl"
/// beside it, by the values of their voxels, which a warning lists. Throws Error(InvalidInput) for an empty mask or one of
/// a single slice, Error(NotFound) when limn-surface cannot be opened, Error(Io) when a file cannot be written.
void writeSurfaces(
    const std::filesystem::path& path, const annotations::LabelMap& map, imaging::Warnings& warnings);

} // namespace app
