#pragma once

#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace imaging {

/// Reads a NIfTI (.nii, .nii.gz), NRRD (.nrrd, .nhdr) or PNG file through ITK: geometry in LPS, voxels of the stored type
/// (8-bit colour PNGs keep their three components, alpha is dropped). Sizes are checked against the file before memory is
/// taken. Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is broken or too large,
/// Error(Unsupported) for other than two or three dimensions or other than one or three components.
std::shared_ptr<const Volume> readImageFile(const std::filesystem::path& path, Warnings& warnings);

/// Writes a labelmap (memory order of `grid`): .nii, .nii.gz, .nrrd, or .png for a single slice; 8 bits where the values
/// fit, else 16. The file appears complete or not at all. Throws Error(WrongUse) for a stack as PNG, Error(Io) when the
/// file cannot be written.
void writeLabels(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const std::uint16_t> labels);

/// Writes values as 32-bit floats; as .png 0..1 scaled to 0..255, for a single slice. Throws as writeLabels.
void writeScalars(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const float> values);

/// Writes an 8-bit colour picture, R G B interleaved row by row. Throws Error(Io) when the file cannot be written.
void writeRgbPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels);

} // namespace imaging
