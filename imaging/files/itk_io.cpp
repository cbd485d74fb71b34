#include "imaging/files/itk_io.h"

#include "imaging/files/image_file.h"

#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace imaging {

bool isImageFile(const std::filesystem::path& path)
{
    return detail::formatOf(path) != detail::FileFormat::None;
}

namespace detail {

namespace {

constexpr std::array kExtensions{std::pair{std::string_view(".nii.gz"), FileFormat::CompressedNifti},
    std::pair{std::string_view(".nii"), FileFormat::Nifti}, std::pair{std::string_view(".nrrd"), FileFormat::Nrrd},
    std::pair{std::string_view(".png"), FileFormat::Png},
    std::pair{std::string_view(".jpg"), FileFormat::Jpeg}, std::pair{std::string_view(".jpeg"), FileFormat::Jpeg}};

} // namespace

FileFormat formatOf(const std::filesystem::path& path)
{
    std::string name = path.filename().string();
    std::transform(
        name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const auto& [extension, format] : kExtensions)
        if (name.ends_with(extension))
            return format;
    return FileFormat::None;
}

std::string_view extensionOf(FileFormat format)
{
    for (const auto& [extension, known] : kExtensions)
        if (known == format)
            return extension;
    return {};
}

itk::ImageIOBase::Pointer makeImageIo(FileFormat format)
{
    itk::Object::GlobalWarningDisplayOff();
    if (format == FileFormat::Nrrd)
        return itk::NrrdImageIO::New().GetPointer();
    return itk::NiftiImageIO::New().GetPointer();
}

} // namespace detail

} // namespace imaging
