#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/folder_of.h"
#include "imaging/files/image_file.h"
#include "imaging/files/itk_io.h"
#include "imaging/files/png_write.h"
#include "imaging/files/unknown_axes.h"
#include "imaging/slice.h"

#include <itkMetaDataObject.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace imaging {

namespace {

using Component = itk::IOComponentEnum;
using Bytes = std::span<const std::byte>;

/// The voxels to be written: bytes of `type` on `grid`, one or three components.
struct Picture
{
    const VoxelGrid& grid;
    Component type;
    unsigned components;
    Bytes bytes;
    FileAxes axes = FileAxes::Patient;
};

[[noreturn]] void wrongUse(const std::filesystem::path& path, const std::string& reason)
{
    throw Error(
        ErrorKind::WrongUse, "The file '" + path.string() + "' cannot be written: " + reason + ".", path.string());
}

detail::FileFormat checkedFormat(
    const std::filesystem::path& path, const VoxelGrid& grid, std::size_t values, std::size_t components)
{
    const auto format = detail::formatOf(path);
    if (format == detail::FileFormat::None || format == detail::FileFormat::Jpeg)
        wrongUse(path, "its name must end in .nii.gz, .nii, .nrrd or .png");
    if (format == detail::FileFormat::Png && grid.slices != 1)
        wrongUse(path, "a PNG holds one slice and there are " + std::to_string(grid.slices));
    if (grid.columns < 1 || grid.rows < 1 || grid.slices < 1 || values != grid.voxels() * components)
        wrongUse(path, "the number of values does not fit the grid");
    return format;
}

void describe(itk::ImageIOBase& io, const Picture& picture)
{
    const VoxelGrid& grid = picture.grid;
    const int sizes[3] = {grid.columns, grid.rows, grid.slices};
    const double origin[3] = {grid.origin.x, grid.origin.y, grid.origin.z};
    io.SetNumberOfDimensions(3);
    itk::ImageIORegion region(3);
    for (unsigned i = 0; i < 3; ++i) {
        io.SetDimensions(i, static_cast<std::size_t>(sizes[i]));
        region.SetIndex(i, 0);
        region.SetSize(i, static_cast<std::size_t>(sizes[i]));
        io.SetSpacing(i, grid.spacingMm[i]);
        io.SetOrigin(i, origin[i]);
        const PatientPoint axis = grid.axes[i];
        io.SetDirection(i, std::vector<double>{axis.x, axis.y, axis.z});
    }
    io.SetIORegion(region);
    io.SetComponentType(picture.type);
    io.SetNumberOfComponents(picture.components);
    io.SetPixelType(picture.components == 3 ? itk::IOPixelEnum::RGB : itk::IOPixelEnum::SCALAR);
    io.SetUseCompression(true);
    // A key of its own in NRRD; ITK writes nothing of it into NIfTI.
    itk::EncapsulateMetaData<std::string>(io.GetMetaDataDictionary(), "notice", kResearchNotice);
}

/// ITK's NIfTI and NRRD writers do not notice a full disk: what was written must read back equal.
bool readsBack(detail::FileFormat format, const std::string& file, const Picture& picture)
{
    const auto io = detail::makeImageIo(format);
    io->SetFileName(file);
    io->ReadImageInformation();
    if (static_cast<std::size_t>(io->GetImageSizeInBytes()) != picture.bytes.size())
        return false;
    itk::ImageIORegion region(io->GetNumberOfDimensions());
    for (unsigned i = 0; i < io->GetNumberOfDimensions(); ++i)
        region.SetSize(i, io->GetDimensions(i));
    io->SetIORegion(region);
    std::vector<std::byte> bytes(picture.bytes.size());
    io->Read(bytes.data());
    return std::memcmp(bytes.data(), picture.bytes.data(), bytes.size()) == 0;
}

/// The file under a name whose extension ITK knows; removed when it was not renamed.
class NamedForItk
{
public:
    NamedForItk(const std::filesystem::path& path, std::string_view extension)
        : m_name(path.string() + std::string(extension))
    {
    }
    ~NamedForItk()
    {
        std::error_code ignored;
        std::filesystem::remove(m_name, ignored);
    }
    NamedForItk(const NamedForItk&) = delete;
    NamedForItk& operator=(const NamedForItk&) = delete;
    const std::string& name() const { return m_name; }

private:
    std::string m_name;
};

void write(const std::filesystem::path& path, detail::FileFormat format, const Picture& picture)
{
    const std::filesystem::path folder = folderOf(path);
    if (std::error_code problem; !std::filesystem::is_directory(folder, problem))
        AtomicFile::throwIo(path, ENOENT);
    if (format == detail::FileFormat::Png) {
        const bool wide = picture.type == Component::USHORT;
        const detail::PngShape shape{
            picture.grid.columns, picture.grid.rows, static_cast<int>(picture.components), wide ? 16 : 8};
        return writeFileAtomically(path, detail::encodePng(shape, picture.bytes));
    }
    AtomicFile atomic(path);
    const NamedForItk file(atomic.temporaryPath(), detail::extensionOf(format));
    bool good = false;
    try {
        const auto io = detail::makeImageIo(format);
        io->SetFileName(file.name());
        describe(*io, picture);
        io->WriteImageInformation();
        io->Write(picture.bytes.data());
        if (picture.axes == FileAxes::Unknown)
            detail::markAxesUnknown(format, file.name());
        good = readsBack(format, file.name(), picture);
    } catch (const itk::ExceptionObject&) {
        good = false;
    }
    std::error_code problem;
    if (good)
        std::filesystem::rename(file.name(), atomic.temporaryPath(), problem);
    if (!good || problem)
        throw Error(ErrorKind::Io,
            "The file '" + path.string()
                + "' cannot be written completely: the disk may be full or the folder not writable.",
            path.string());
    atomic.commit();
}

Component componentOf(VoxelType type)
{
    switch (type) {
    case VoxelType::UInt8:
        return Component::UCHAR;
    case VoxelType::Int8:
        return Component::CHAR;
    case VoxelType::UInt16:
        return Component::USHORT;
    case VoxelType::Int16:
        return Component::SHORT;
    case VoxelType::UInt32:
        return Component::UINT;
    case VoxelType::Int32:
        return Component::INT;
    case VoxelType::Float32:
        return Component::FLOAT;
    default:
        return Component::DOUBLE;
    }
}

VoxelGrid pictureGrid(int columns, int rows)
{
    VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = 1;
    return grid;
}

void requirePng(const std::filesystem::path& path)
{
    if (detail::formatOf(path) != detail::FileFormat::Png)
        wrongUse(path, "its name must end in .png");
}

} // namespace

void writeLabels(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const std::uint16_t> labels,
    FileAxes axes)
{
    const auto format = checkedFormat(path, grid, labels.size(), 1);
    if (std::all_of(labels.begin(), labels.end(), [](std::uint16_t label) { return label < 256; })) {
        std::vector<std::uint8_t> narrow(labels.size());
        std::transform(labels.begin(), labels.end(), narrow.begin(),
            [](std::uint16_t label) { return static_cast<std::uint8_t>(label); });
        return write(path, format, {grid, Component::UCHAR, 1, std::as_bytes(std::span(narrow)), axes});
    }
    write(path, format, {grid, Component::USHORT, 1, std::as_bytes(labels), axes});
}

void writeLabels(const std::filesystem::path& path, const Volume& picture, std::span<const std::uint16_t> labels)
{
    const auto grid = gridInPatient(picture);
    writeLabels(path, grid.value_or(picture.grid()), labels, grid ? FileAxes::Patient : FileAxes::Unknown);
}

void writeScalars(const std::filesystem::path& path, const VoxelGrid& grid, std::span<const float> values,
    FileAxes axes)
{
    const auto format = checkedFormat(path, grid, values.size(), 1);
    if (format != detail::FileFormat::Png)
        return write(path, format, {grid, Component::FLOAT, 1, std::as_bytes(values), axes});
    std::vector<std::uint8_t> levels(values.size());
    std::transform(values.begin(), values.end(), levels.begin(), [](float value) {
        return static_cast<std::uint8_t>(value > 0 ? std::lround(std::min(value, 1.0F) * 255) : 0);
    });
    write(path, format, {grid, Component::UCHAR, 1, std::as_bytes(std::span(levels))});
}

void writeScalars(const std::filesystem::path& path, const Volume& picture, std::span<const float> values)
{
    const auto grid = gridInPatient(picture);
    writeScalars(path, grid.value_or(picture.grid()), values, grid ? FileAxes::Patient : FileAxes::Unknown);
}

void writeVolume(const std::filesystem::path& path, const Volume& volume)
{
    const auto components = static_cast<std::size_t>(volume.components());
    const auto format = checkedFormat(path, volume.grid(), volume.bytes().size() / bytesOf(volume.type()), components);
    if (format == detail::FileFormat::Png && volume.type() != VoxelType::UInt8 && volume.type() != VoxelType::UInt16)
        wrongUse(path, "a PNG holds 8 or 16 unsigned bits");
    const auto grid = gridInPatient(volume);
    write(path, format,
        {grid.value_or(volume.grid()), componentOf(volume.type()), static_cast<unsigned>(components), volume.bytes(),
            grid ? FileAxes::Patient : FileAxes::Unknown});
}

void writeGreyPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels)
{
    requirePng(path);
    const VoxelGrid grid = pictureGrid(columns, rows);
    write(path, checkedFormat(path, grid, pixels.size(), 1), {grid, Component::UCHAR, 1, std::as_bytes(pixels)});
}

void writeGreyPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint16_t> pixels)
{
    requirePng(path);
    const VoxelGrid grid = pictureGrid(columns, rows);
    write(path, checkedFormat(path, grid, pixels.size(), 1), {grid, Component::USHORT, 1, std::as_bytes(pixels)});
}

void writeRgbPng(const std::filesystem::path& path, int columns, int rows, std::span<const std::uint8_t> pixels)
{
    requirePng(path);
    const VoxelGrid grid = pictureGrid(columns, rows);
    write(path, checkedFormat(path, grid, pixels.size(), 3), {grid, Component::UCHAR, 3, std::as_bytes(pixels)});
}

} // namespace imaging
