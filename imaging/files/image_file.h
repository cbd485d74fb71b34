#pragma once

#include "imaging/geometry.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

/// NIfTI (.nii, .nii.gz), NRRD (.nrrd), PNG (.png) and JPEG (.jpg, only read) files, told apart by their extension.
/// Files appear complete or not at all: each was read back and compared before it got its name, so that a full disk is
/// noticed.
namespace imaging {

/// Stands in every NRRD and PNG that is written (NIfTI has no writer that takes it).
inline constexpr const char* kResearchNotice = "Research use only";

/// Whether the extension is one that readImageFile() reads.
bool isImageFile(const std::filesystem::path& path);

/// Reads one picture or volume; geometry is LPS millimetres whatever the file's own convention, with a warning when the
/// file does not say how it lies in the patient or says it in two ways that disagree. Grey files keep their voxel type
/// (64-bit integers become Float64), colour comes as RGB UInt8; what is transparent lies on black, with a warning.
/// Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is damaged or claims more voxels than
/// its bytes can hold, Error(Unsupported) for more than three dimensions, other extensions and detached NRRD headers.
std::shared_ptr<const Volume> readImageFile(const std::filesystem::path& path, Warnings& warnings);

/// The same for a mask: a PNG's values are taken as they are stored, grey levels or indices of a palette. Throws
/// Error(InvalidInput) for a PNG in colour and for JPEG, which does not keep values.
std::shared_ptr<const Volume> readLabelFile(const std::filesystem::path& path, Warnings& warnings);

/// Whether a NIfTI or NRRD file is to say that its grid's axes are the patient's. An X-ray without orientation tags has
/// none: its file then says that they are unknown (qform_code and sform_code 0; NRRD without a patient's space).
enum class FileAxes { Patient, Unknown };

/// Labels on a grid, one value per voxel: .nii, .nii.gz, .nrrd or, for one slice, .png. Stored in 8 bits when all
/// values fit. A PNG keeps the values too: 1 looks black in picture viewers. Throws Error(WrongUse) when extension,
/// grid and number of values do not fit, Error(Io) when writing fails.
void writeLabels(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const std::uint16_t> labels,
    FileAxes axes = FileAxes::Patient);

/// Labels on a picture's grid, with its axes in the patient (gridInPatient) or as unknown. Throws as above.
void writeLabels(const std::filesystem::path& path, const Volume& picture, std::span<const std::uint16_t> labels);

/// Probabilities or other scalars: .nii, .nii.gz and .nrrd keep them as Float32; a .png (one slice) holds 0..1 as
/// 0..255. Throws as writeLabels().
void writeScalars(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const float> values,
    FileAxes axes = FileAxes::Patient);
void writeScalars(const std::filesystem::path& path, const Volume& picture, std::span<const float> values);

/// Any volume with its voxel type to .nii, .nii.gz, .nrrd; .png for one slice of 8 or 16 unsigned bits. Throws as
/// writeLabels().
void writeVolume(const std::filesystem::path& path, const Volume& volume);

/// Eight-bit grey, sixteen-bit grey, and colour (3 x columns x rows values, RGB interleaved). Throw as writeLabels().
void writeGreyPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels);
void writeGreyPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint16_t> pixels);
void writeRgbPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels);

} // namespace imaging
