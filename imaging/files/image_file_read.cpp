#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/files/itk_io.h"
#include "imaging/files/nifti_read.h"
#include "imaging/files/picture_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>

namespace imaging {

namespace {

using detail::refuseImage;

/// What teem calls the spaces whose axes are the patient's; those in time begin likewise.
constexpr std::array<std::string_view, 6> kPatientSpaces{
    "right-anterior-superior", "left-anterior-superior", "left-posterior-superior", "ras", "las", "lps"};

/// The header of a NRRD file in lower case. Refuses a detached one, which could name any file of this machine as its
/// data.
std::string checkedNrrdHeader(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string head(65536, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    if (!head.starts_with("NRRD"))
        refuseImage(ErrorKind::InvalidInput, path, "it does not begin as NRRD files do");
    const auto blank = std::min(head.find("\n\n"), head.find("\r\n\r\n"));
    if (blank == std::string::npos)
        refuseImage(ErrorKind::InvalidInput, path, "its NRRD header has no end");
    head.resize(blank + 1);
    std::transform(
        head.begin(), head.end(), head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (head.find("\ndata file:") != std::string::npos || head.find("\ndatafile:") != std::string::npos)
        refuseImage(
            ErrorKind::Unsupported, path, "its voxels are in another file; give one .nrrd file that holds both");
    return head;
}

/// Whether the header says how the axes lie in the patient: "space: left-posterior-superior" and the like.
bool namesPatientAxes(const std::string& nrrdHeader)
{
    const std::size_t line = nrrdHeader.find("\nspace:");
    if (line == std::string::npos)
        return false;
    const std::string space = nrrdHeader.substr(line + 7, nrrdHeader.find('\n', line + 1) - line - 7);
    return std::any_of(kPatientSpaces.begin(), kPatientSpaces.end(),
        [&](std::string_view name) { return space.find(name) != std::string::npos; });
}

struct Shape
{
    VoxelGrid grid;
    std::size_t components = 1;
    itk::IOComponentEnum type = itk::IOComponentEnum::UNKNOWNCOMPONENTTYPE;
    std::size_t bytes = 0;
};

PatientPoint axisOf(const itk::ImageIOBase& io, unsigned axis)
{
    const std::vector<double> direction = io.GetDirection(axis);
    const auto at = [&](std::size_t i) { return i < direction.size() ? direction[i] : 0.0; };
    PatientPoint point{at(0), at(1), at(2)};
    const double size = length(point);
    return size > 0 ? (1 / size) * point : point;
}

void readGeometry(const itk::ImageIOBase& io, VoxelGrid& grid)
{
    const unsigned dimensions = std::min(3U, io.GetNumberOfDimensions());
    std::array<double, 3> origin{};
    for (unsigned i = 0; i < dimensions; ++i) {
        origin[i] = io.GetOrigin(i);
        grid.spacingMm[i] = std::abs(io.GetSpacing(i));
        grid.axes[i] = axisOf(io, i);
    }
    if (dimensions < 3)
        grid.axes[2] = cross(grid.axes[0], grid.axes[1]);
    grid.origin = {origin[0], origin[1], origin[2]};
}

Shape checkShape(const itk::ImageIOBase& io, const std::filesystem::path& path)
{
    Shape shape;
    std::uintmax_t voxels = 1;
    for (unsigned i = 0; i < io.GetNumberOfDimensions(); ++i) {
        const std::uintmax_t size = io.GetDimensions(i);
        if (size == 0 || size > 1U << 20)
            refuseImage(ErrorKind::InvalidInput, path, "a side of " + std::to_string(size) + " voxels is not possible");
        if (i >= 3 && size > 1)
            refuseImage(ErrorKind::Unsupported, path, "it has more than three dimensions; give one volume");
        voxels *= size;
        if (voxels > detail::kMostImageBytes)
            refuseImage(ErrorKind::Unsupported, path, "it would need more than 16 GiB of memory");
    }
    const auto side = [&](unsigned i) {
        return i < io.GetNumberOfDimensions() ? static_cast<int>(io.GetDimensions(i)) : 1;
    };
    shape.grid.columns = side(0);
    shape.grid.rows = side(1);
    shape.grid.slices = side(2);
    shape.components = io.GetNumberOfComponents();
    shape.type = io.GetComponentType();
    const bool colour = shape.components == 3 && shape.type == itk::IOComponentEnum::UCHAR;
    if ((shape.components != 1 && !colour) || io.GetComponentSize() < 1 || io.GetComponentSize() > 8)
        refuseImage(ErrorKind::Unsupported, path, "its voxels are neither grey values nor colours of 8 bits");
    const std::uintmax_t bytes = voxels * shape.components * io.GetComponentSize();
    if (bytes > detail::kMostImageBytes)
        refuseImage(ErrorKind::Unsupported, path, "it would need more than 16 GiB of memory");
    if (bytes / detail::kMostDeflated > std::filesystem::file_size(path))
        refuseImage(ErrorKind::InvalidInput, path, "it claims more voxels than its bytes can hold");
    shape.bytes = static_cast<std::size_t>(bytes);
    readGeometry(io, shape.grid);
    return shape;
}

std::optional<VoxelType> voxelTypeOf(itk::IOComponentEnum type, std::size_t size)
{
    using Component = itk::IOComponentEnum;
    switch (type) {
    case Component::UCHAR:
        return VoxelType::UInt8;
    case Component::CHAR:
        return VoxelType::Int8;
    case Component::USHORT:
        return VoxelType::UInt16;
    case Component::SHORT:
        return VoxelType::Int16;
    case Component::FLOAT:
        return VoxelType::Float32;
    case Component::DOUBLE:
        return VoxelType::Float64;
    case Component::UINT:
    case Component::ULONG:
        return size == 4 ? std::optional(VoxelType::UInt32) : std::nullopt;
    case Component::INT:
    case Component::LONG:
        return size == 4 ? std::optional(VoxelType::Int32) : std::nullopt;
    default:
        return std::nullopt;
    }
}

template <typename From> std::vector<std::byte> asDoubles(const std::vector<std::byte>& from)
{
    std::vector<std::byte> to(from.size() / sizeof(From) * sizeof(double));
    for (std::size_t i = 0; i < from.size() / sizeof(From); ++i) {
        From value;
        std::memcpy(&value, &from[i * sizeof(From)], sizeof(From));
        const auto wide = static_cast<double>(value);
        std::memcpy(&to[i * sizeof(double)], &wide, sizeof(double));
    }
    return to;
}

std::vector<std::byte> readBytes(itk::ImageIOBase& io, const Shape& shape)
{
    itk::ImageIORegion region(io.GetNumberOfDimensions());
    for (unsigned i = 0; i < io.GetNumberOfDimensions(); ++i) {
        region.SetIndex(i, 0);
        region.SetSize(i, io.GetDimensions(i));
    }
    io.SetIORegion(region);
    std::vector<std::byte> bytes(shape.bytes);
    io.Read(bytes.data());
    return bytes;
}

std::shared_ptr<const Volume> toVolume(Shape shape, std::vector<std::byte> bytes, std::size_t size, VolumeInfo info)
{
    auto type = voxelTypeOf(shape.type, size);
    if (!type) {
        const bool isSigned = shape.type == itk::IOComponentEnum::LONG || shape.type == itk::IOComponentEnum::LONGLONG;
        bytes = isSigned ? asDoubles<std::int64_t>(bytes) : asDoubles<std::uint64_t>(bytes);
        type = VoxelType::Float64;
    }
    return std::make_shared<const Volume>(
        shape.grid, *type, static_cast<int>(shape.components), std::move(bytes), std::move(info));
}

/// Why a grid is not one that slices can be cut from in every direction.
std::string irregularity(const VoxelGrid& grid)
{
    constexpr double kTolerance = 1e-3;
    const auto& a = grid.axes;
    if (std::abs(dot(a[0], a[1])) > kTolerance || std::abs(dot(a[0], a[2])) > kTolerance
        || std::abs(dot(a[1], a[2])) > kTolerance)
        return "its axes are not at right angles";
    return {};
}

std::shared_ptr<const Volume> readNrrd(const std::filesystem::path& path, Warnings& warnings)
{
    const std::string header = checkedNrrdHeader(path);
    const auto io = detail::makeImageIo(detail::FileFormat::Nrrd);
    io->SetFileName(path.string());
    io->ReadImageInformation();
    Shape shape = checkShape(*io, path);
    VolumeInfo info;
    const auto& spacing = shape.grid.spacingMm;
    const bool usable = std::all_of(spacing.begin(), spacing.end(), [](double s) { return std::isfinite(s) && s > 0; });
    info.spacing = usable ? SpacingKind::Calibrated : SpacingKind::Unknown;
    info.notRegular = usable ? irregularity(shape.grid) : "its distances between voxels are not usable";
    info.axesKnown = usable && namesPatientAxes(header);
    if (!usable) {
        shape.grid.spacingMm = VoxelGrid{}.spacingMm;
        shape.grid.axes = VoxelGrid{}.axes;
    }
    if (!info.axesKnown)
        warnings.emplace_back("The file does not say how its axes lie in the patient: sides are not known.");
    detail::doubtBareMatrix(shape.grid, info, warnings);
    return toVolume(shape, readBytes(*io, shape), io->GetComponentSize(), std::move(info));
}

std::shared_ptr<const Volume> readPicture(const std::filesystem::path& path, PictureValues values, Warnings& warnings)
{
    auto picture = readPictureFile(path, values);
    if (picture.transparent)
        warnings.push_back("Parts of '" + path.string() + "' are transparent: they lie on black.");
    if (picture.turned)
        warnings.push_back("The file '" + path.string()
            + "' asks for being shown turned or mirrored (Exif orientation). It is taken as it is stored: its left and "
              "right may not be those that other programs show.");
    return volumeOf(std::move(picture));
}

std::shared_ptr<const Volume> readFile(const std::filesystem::path& path, PictureValues values, Warnings& warnings)
{
    const auto format = detail::formatOf(path);
    if (format == detail::FileFormat::None)
        refuseImage(ErrorKind::Unsupported, path, "only .nii, .nii.gz, .nrrd, .png and .jpg files are read");
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        throw Error(ErrorKind::NotFound, "There is no file '" + path.string() + "'.", path.string());
    if (!std::filesystem::is_regular_file(path, problem))
        refuseImage(ErrorKind::InvalidInput, path, "it is not a file");
    try {
        switch (format) {
        case detail::FileFormat::Png:
        case detail::FileFormat::Jpeg:
            return readPicture(path, values, warnings);
        case detail::FileFormat::Nrrd:
            return readNrrd(path, warnings);
        default:
            return detail::readNifti(path, warnings);
        }
    } catch (const itk::ExceptionObject&) {
        refuseImage(ErrorKind::InvalidInput, path, "it is damaged or incomplete");
    } catch (const std::bad_alloc&) {
        refuseImage(ErrorKind::Unsupported, path, "there is not enough memory for it");
    } catch (const std::filesystem::filesystem_error& error) {
        refuseImage(ErrorKind::Io, path, error.code().message());
    }
}

} // namespace

std::shared_ptr<const Volume> readImageFile(const std::filesystem::path& path, Warnings& warnings)
{
    return readFile(path, PictureValues::Brightness, warnings);
}

std::shared_ptr<const Volume> readLabelFile(const std::filesystem::path& path, Warnings& warnings)
{
    return readFile(path, PictureValues::Labels, warnings);
}

} // namespace imaging
