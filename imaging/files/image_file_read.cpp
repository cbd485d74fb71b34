#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <itkImageIOBase.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

namespace imaging {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{8} << 30;
/// gzip and PNG cannot shrink a picture by more than about 1000 to 1.
constexpr std::uint64_t kMaxCompression = 1100;

Error refused(const std::filesystem::path& path, const std::string& reason)
{
    return {ErrorKind::InvalidInput, "\"" + path.string() + "\" cannot be read: " + reason, path.string()};
}

itk::ImageIOBase::Pointer ioFor(const std::filesystem::path& path)
{
    std::string name = path.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.ends_with(".png"))
        return itk::PNGImageIO::New().GetPointer();
    if (name.ends_with(".nrrd") || name.ends_with(".nhdr"))
        return itk::NrrdImageIO::New().GetPointer();
    return itk::NiftiImageIO::New().GetPointer();
}

std::optional<VoxelType> voxelType(itk::IOComponentEnum component)
{
    switch (component) {
    case itk::IOComponentEnum::UCHAR:
        return VoxelType::UInt8;
    case itk::IOComponentEnum::CHAR:
        return VoxelType::Int8;
    case itk::IOComponentEnum::USHORT:
        return VoxelType::UInt16;
    case itk::IOComponentEnum::SHORT:
        return VoxelType::Int16;
    case itk::IOComponentEnum::UINT:
        return VoxelType::UInt32;
    case itk::IOComponentEnum::INT:
        return VoxelType::Int32;
    case itk::IOComponentEnum::FLOAT:
        return VoxelType::Float32;
    case itk::IOComponentEnum::DOUBLE:
        return VoxelType::Float64;
    default:
        return std::nullopt;
    }
}

/// What the header promises must be there in the file before memory is taken for it.
void checkSize(const itk::ImageIOBase& io, const std::filesystem::path& path)
{
    const unsigned dimensions = io.GetNumberOfDimensions();
    std::uint64_t bytes = std::max<std::uint64_t>(1, io.GetComponentSize()) * std::max(1U, io.GetNumberOfComponents());
    for (unsigned d = 0; d < dimensions; ++d) {
        const std::uint64_t extent = io.GetDimensions(d);
        if (extent == 0 || extent > 1'000'000 || bytes > kMaxBytes / extent)
            throw refused(path, "its header gives a size that is zero or too large.");
        bytes *= extent;
    }
    std::error_code error;
    const std::uint64_t stored = std::filesystem::file_size(path, error);
    const bool detached = path.extension() == ".nhdr";
    if (!detached && (error || bytes / kMaxCompression > stored))
        throw refused(path, "its header promises more voxels than the file can hold.");
}

void checkKind(const itk::ImageIOBase& io, const std::filesystem::path& path)
{
    const unsigned dimensions = io.GetNumberOfDimensions();
    bool flat = dimensions >= 2;
    for (unsigned d = 3; d < dimensions; ++d)
        flat = flat && io.GetDimensions(d) == 1;
    const unsigned components = io.GetNumberOfComponents();
    const bool colour = components == 3 || components == 4;
    if (!flat || !voxelType(io.GetComponentType()) || (components != 1 && components != 2 && !(colour && io.GetComponentSize() == 1)))
        throw Error(ErrorKind::Unsupported,
            "\"" + path.string() + "\" cannot be shown: only grey volumes and 8-bit colour pictures in two or three dimensions are.", path.string());
}

VoxelGrid gridOf(const itk::ImageIOBase& io)
{
    VoxelGrid grid;
    const unsigned dimensions = std::min(3U, io.GetNumberOfDimensions());
    std::array<int*, 3> extents{&grid.columns, &grid.rows, &grid.slices};
    std::array<double, 3> origin{};
    grid.slices = 1;
    for (unsigned d = 0; d < dimensions; ++d) {
        *extents[d] = static_cast<int>(io.GetDimensions(d));
        if (io.GetSpacing(d) > 0)
            grid.spacingMm[d] = io.GetSpacing(d);
        origin[d] = io.GetOrigin(d);
        const auto direction = io.GetDirection(d);
        PatientPoint axis{};
        std::array<double*, 3> parts{&axis.x, &axis.y, &axis.z};
        for (unsigned i = 0; i < dimensions && i < direction.size(); ++i)
            *parts[i] = direction[i];
        if (length(axis) > 0.5)
            grid.axes[d] = (1 / length(axis)) * axis;
    }
    grid.origin = {origin[0], origin[1], origin[2]};
    return grid;
}

/// Keeps the first `kept` of `components` interleaved bytes: drops alpha.
void dropComponents(std::vector<std::byte>& bytes, std::size_t componentSize, std::size_t components, std::size_t kept)
{
    const std::size_t pixels = bytes.size() / (componentSize * components);
    for (std::size_t i = 0; i < pixels; ++i)
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * components * componentSize), kept * componentSize,
            bytes.begin() + static_cast<std::ptrdiff_t>(i * kept * componentSize));
    bytes.resize(pixels * kept * componentSize);
}

std::shared_ptr<const Volume> read(itk::ImageIOBase& io, const std::filesystem::path& path, Warnings& warnings)
{
    io.SetFileName(path.string());
    io.ReadImageInformation();
    checkSize(io, path);
    checkKind(io, path);
    std::vector<std::byte> bytes(static_cast<std::size_t>(io.GetImageSizeInBytes()));
    itk::ImageIORegion region(io.GetNumberOfDimensions());
    for (unsigned d = 0; d < io.GetNumberOfDimensions(); ++d)
        region.SetSize(d, io.GetDimensions(d));
    io.SetIORegion(region);
    io.Read(bytes.data());

    const std::size_t components = io.GetNumberOfComponents();
    const std::size_t kept = components >= 3 ? 3 : 1;
    if (components != kept) {
        dropComponents(bytes, io.GetComponentSize(), components, kept);
        warnings.push_back("\"" + path.filename().string() + "\" has an alpha channel, which is not shown.");
    }
    VolumeInfo info;
    const bool png = path.extension() == ".png";
    info.spacing = png ? SpacingKind::Unknown : SpacingKind::Calibrated;
    if (png && io.GetComponentSize() == 1)
        info.window = WindowLevel{127.5, 255};
    return std::make_shared<const Volume>(gridOf(io), *voxelType(io.GetComponentType()), static_cast<int>(kept), std::move(bytes), std::move(info));
}

} // namespace

std::shared_ptr<const Volume> readImageFile(const std::filesystem::path& path, Warnings& warnings)
{
    if (!std::filesystem::is_regular_file(path))
        throw Error(ErrorKind::NotFound, "There is no file \"" + path.string() + "\".", path.string());
    const auto io = ioFor(path);
    try {
        if (!io->CanReadFile(path.c_str()))
            throw refused(path, "its content is not what its name says.");
        return read(*io, path, warnings);
    } catch (const itk::ExceptionObject& error) {
        throw refused(path, std::string("the file is broken (") + error.GetDescription() + ").");
    } catch (const std::bad_alloc&) {
        throw refused(path, "there is not enough memory for it.");
    }
}

} // namespace imaging
