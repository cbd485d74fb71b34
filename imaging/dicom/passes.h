#pragma once

#include "imaging/dicom/scanned_file.h"

#include <vector>

namespace imaging {

/// Splits a group that passes over the same positions more than once by what tells the passes apart: one attribute of
/// FrameGeometry::passes, else all of them. Files whose frames belong to several passes are in several of the groups,
/// each time with the frames of that pass.
std::vector<std::vector<ScannedFile>> splitPasses(std::vector<ScannedFile> group);

/// Splits a group whose slices lie in several frames of reference (0020,0052), which say nothing about each other's
/// place: PS3.3 C.7.4.1. A group in which a frame of reference has one slice only stays together.
std::vector<std::vector<ScannedFile>> splitFramesOfReference(std::vector<ScannedFile> group);

/// How many frames of reference the files name.
std::size_t framesOfReference(const std::vector<ScannedFile>& group);

} // namespace imaging
