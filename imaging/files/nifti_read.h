#pragma once

#include "imaging/error.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace imaging::detail {

/// Reads a .nii or .nii.gz file. Not through ITK: its reader ends the program when the sform holds a NaN, fills up what
/// a cut file does not hold, takes voxels from a neighbouring file, and refuses every sform that is not a rotation.
/// Throws as readImageFile() does.
std::shared_ptr<const Volume> readNifti(const std::filesystem::path& path, Warnings& warnings);

/// Sets info.sidesDoubt, with a warning, where isBareScaling().
void doubtBareMatrix(const VoxelGrid& grid, VolumeInfo& info, Warnings& warnings);

/// [[noreturn]] Error: "The file 'path' cannot be read: reason."
[[noreturn]] void refuseImage(ErrorKind kind, const std::filesystem::path& path, const std::string& reason);

/// Deflate cannot shrink data further than this; a file that claims more lies.
inline constexpr std::uintmax_t kMostDeflated = 1100;
inline constexpr std::uintmax_t kMostImageBytes = std::uintmax_t{16} << 30;

} // namespace imaging::detail
