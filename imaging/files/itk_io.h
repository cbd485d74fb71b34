#pragma once

#include "imaging/volume.h"

#include <itkImageIOBase.h>

#include <filesystem>
#include <string_view>

/// What the reader and the writer share; only their .cpp files see ITK.
namespace imaging::detail {

enum class FileFormat { None, Nifti, CompressedNifti, Nrrd, Png, Jpeg };

FileFormat formatOf(const std::filesystem::path& path);
std::string_view extensionOf(FileFormat format);

/// A fresh reader and writer for NIfTI or NRRD.
itk::ImageIOBase::Pointer makeImageIo(FileFormat format);

} // namespace imaging::detail
