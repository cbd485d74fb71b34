#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/image_file.h"

#include <itkImage.h>
#include <itkImageFileWriter.h>
#include <itkImportImageFilter.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkRGBPixel.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <random>
#include <string>

namespace imaging {

namespace {

std::string lowerName(const std::filesystem::path& path)
{
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name;
}

bool isPng(const std::filesystem::path& path)
{
    return lowerName(path).ends_with(".png");
}

/// ITK chooses compression by the name's ending, so the temporary file keeps it: a folder of its own beside the target.
class TemporaryFolder
{
public:
    explicit TemporaryFolder(const std::filesystem::path& target)
        : m_folder(target.parent_path() / ("." + target.filename().string() + "." + std::to_string(std::random_device{}()) + ".part"))
    {
        std::error_code error;
        if (!std::filesystem::create_directory(m_folder, error))
            AtomicFile::throwIo(target, error.value());
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return m_folder; }

private:
    std::filesystem::path m_folder;
};

itk::ImageIOBase::Pointer ioFor(const std::filesystem::path& path)
{
    const std::string name = lowerName(path);
    if (name.ends_with(".png"))
        return itk::PNGImageIO::New().GetPointer();
    if (name.ends_with(".nrrd"))
        return itk::NrrdImageIO::New().GetPointer();
    if (name.ends_with(".nii") || name.ends_with(".nii.gz"))
        return itk::NiftiImageIO::New().GetPointer();
    throw Error(ErrorKind::WrongUse, "\"" + path.string() + "\" cannot be written: its name must end in .nii.gz, .nii, .nrrd or .png.", path.string());
}

template <typename Image> void writeImage(const std::filesystem::path& path, const Image& image)
{
    const auto io = ioFor(path);
    const TemporaryFolder folder(path);
    const auto temporary = folder.path() / path.filename();
    try {
        auto writer = itk::ImageFileWriter<Image>::New();
        writer->SetImageIO(io);
        writer->SetFileName(temporary.string());
        writer->SetInput(&image);
        writer->SetUseCompression(true);
        writer->Update();
    } catch (const itk::ExceptionObject& error) {
        throw Error(ErrorKind::Io, "\"" + path.string() + "\" cannot be written: " + error.GetDescription() + ".", path.string());
    }
    // Not every library that writes here says so when the disk is full: an incomplete file does not read back.
    try {
        const auto check = ioFor(path);
        check->SetFileName(temporary.string());
        check->ReadImageInformation();
        std::vector<std::byte> bytes(static_cast<std::size_t>(check->GetImageSizeInBytes()));
        itk::ImageIORegion region(check->GetNumberOfDimensions());
        for (unsigned d = 0; d < check->GetNumberOfDimensions(); ++d)
            region.SetSize(d, check->GetDimensions(d));
        check->SetIORegion(region);
        check->Read(bytes.data());
    } catch (const itk::ExceptionObject&) {
        throw Error(ErrorKind::Io, "\"" + path.string() + "\" could not be written completely: is the disk full?", path.string());
    }
    AtomicFile::moveIntoPlace(temporary, path);
}

template <typename Pixel> typename itk::Image<Pixel, 3>::Pointer imageOn(const VoxelGrid& grid)
{
    using Image = itk::Image<Pixel, 3>;
    auto image = Image::New();
    image->SetRegions(typename Image::SizeType{{static_cast<itk::SizeValueType>(grid.columns), static_cast<itk::SizeValueType>(grid.rows),
        static_cast<itk::SizeValueType>(grid.slices)}});
    image->SetSpacing(grid.spacingMm.data());
    const double origin[3] = {grid.origin.x, grid.origin.y, grid.origin.z};
    image->SetOrigin(origin);
    typename Image::DirectionType direction;
    for (unsigned axis = 0; axis < 3; ++axis) {
        direction[0][axis] = grid.axes[axis].x;
        direction[1][axis] = grid.axes[axis].y;
        direction[2][axis] = grid.axes[axis].z;
    }
    image->SetDirection(direction);
    image->Allocate();
    return image;
}

/// PNG has no geometry and two dimensions.
template <typename Pixel> typename itk::Image<Pixel, 2>::Pointer flatImage(int columns, int rows)
{
    using Image = itk::Image<Pixel, 2>;
    auto image = Image::New();
    image->SetRegions(typename Image::SizeType{{static_cast<itk::SizeValueType>(columns), static_cast<itk::SizeValueType>(rows)}});
    image->Allocate();
    return image;
}

void checkFits(const std::filesystem::path& path, const VoxelGrid& grid, std::size_t values)
{
    if (values != grid.voxels())
        throw Error(ErrorKind::Internal, "The values for \"" + path.string() + "\" do not fit their grid.", path.string());
    if (isPng(path) && grid.slices != 1)
        throw Error(ErrorKind::WrongUse, "\"" + path.string() + "\" cannot be written: a PNG holds one slice, this is a stack of "
                + std::to_string(grid.slices) + "; choose .nii.gz or .nrrd.", path.string());
}

template <typename Pixel, typename Value, typename Convert>
void writeValues(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const Value> values, Convert convert)
{
    checkFits(path, grid, values.size());
    if (isPng(path)) {
        auto image = flatImage<Pixel>(grid.columns, grid.rows);
        std::transform(values.begin(), values.end(), image->GetBufferPointer(), convert);
        writeImage(path, *image);
        return;
    }
    auto image = imageOn<Pixel>(grid);
    std::transform(values.begin(), values.end(), image->GetBufferPointer(), convert);
    writeImage(path, *image);
}

} // namespace

void writeLabels(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const std::uint16_t> labels)
{
    const bool small = std::all_of(labels.begin(), labels.end(), [](std::uint16_t value) { return value < 256; });
    if (small)
        writeValues<std::uint8_t>(path, grid, labels, [](std::uint16_t value) { return static_cast<std::uint8_t>(value); });
    else
        writeValues<std::uint16_t>(path, grid, labels, [](std::uint16_t value) { return value; });
}

void writeScalars(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const float> values)
{
    if (isPng(path))
        writeValues<std::uint8_t>(path, grid, values, [](float value) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0F, 1.0F))); });
    else
        writeValues<float>(path, grid, values, [](float value) { return value; });
}

void writeRgbPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels)
{
    using Pixel = itk::RGBPixel<std::uint8_t>;
    auto image = flatImage<Pixel>(columns, rows);
    if (pixels.size() != 3 * static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows))
        throw Error(ErrorKind::Internal, "The pixels for \"" + path.string() + "\" do not fit its size.", path.string());
    for (std::size_t i = 0; i < pixels.size() / 3; ++i)
        for (unsigned channel = 0; channel < 3; ++channel)
            image->GetBufferPointer()[i][channel] = pixels[3 * i + channel];
    writeImage(path, *image);
}

} // namespace imaging
