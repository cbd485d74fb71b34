#include "imaging/files/nifti_read.h"

#include "imaging/files/nifti_header.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace imaging::detail {

namespace {

/// A file's bytes from front to back, inflated when they are compressed.
class InflatedFile
{
public:
    explicit InflatedFile(const std::filesystem::path& path)
        : m_file(gzopen(path.c_str(), "rb"))
        , m_path(path)
    {
        if (!m_file)
            refuseImage(ErrorKind::Io, path, "it cannot be opened");
        gzbuffer(m_file, 1U << 17U);
    }
    ~InflatedFile() { gzclose(m_file); }
    InflatedFile(const InflatedFile&) = delete;
    InflatedFile& operator=(const InflatedFile&) = delete;

    /// As many bytes as there are, at most all of `to`.
    std::size_t read(std::span<std::byte> to)
    {
        constexpr std::size_t kAtOnce = std::size_t{1} << 28U;
        std::size_t done = 0;
        while (done < to.size()) {
            const int got =
                gzread(m_file, to.data() + done, static_cast<unsigned>(std::min(kAtOnce, to.size() - done)));
            if (got < 0)
                refuseImage(ErrorKind::InvalidInput, m_path, "it is damaged or incomplete");
            if (got == 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    /// Reads on to the check sum at the end, unless much else follows the voxels.
    void checkEnd()
    {
        std::vector<std::byte> rest(std::size_t{1} << 20U);
        read(rest);
        int status = Z_OK;
        gzerror(m_file, &status);
        if (status != Z_OK)
            refuseImage(ErrorKind::InvalidInput, m_path, "it is damaged or incomplete");
    }

private:
    gzFile m_file;
    const std::filesystem::path& m_path;
};

/// How one datatype of nifti1.h is stored and what its voxels become.
struct Stored
{
    int code;
    VoxelType type;
    int components;
    std::size_t bytes; ///< Of one number.
};

constexpr std::array kStored{
    Stored{2, VoxelType::UInt8, 1, 1},
    Stored{4, VoxelType::Int16, 1, 2},
    Stored{8, VoxelType::Int32, 1, 4},
    Stored{16, VoxelType::Float32, 1, 4},
    Stored{64, VoxelType::Float64, 1, 8},
    Stored{128, VoxelType::UInt8, 3, 1},
    Stored{256, VoxelType::Int8, 1, 1},
    Stored{512, VoxelType::UInt16, 1, 2},
    Stored{768, VoxelType::UInt32, 1, 4},
    Stored{1024, VoxelType::Float64, 1, 8}, // Integers of 64 bits become Float64.
    Stored{1280, VoxelType::Float64, 1, 8},
};

const Stored& storedAs(const NiftiHeader& header, const std::filesystem::path& path)
{
    const auto* found =
        std::find_if(kStored.begin(), kStored.end(), [&](const Stored& s) { return s.code == header.datatype; });
    if (found == kStored.end())
        refuseImage(ErrorKind::Unsupported, path, "its voxels are neither grey values nor colours of 8 bits");
    return *found;
}

void checkSizes(const NiftiHeader& header, const std::filesystem::path& path)
{
    if (header.dim[0] < 1 || header.dim[0] > 7)
        refuseImage(ErrorKind::InvalidInput, path, "it is damaged or incomplete");
    for (std::size_t i = 1; i <= static_cast<std::size_t>(header.dim[0]); ++i) {
        if (header.dim[i] < 1 || header.dim[i] > 1 << 20)
            refuseImage(ErrorKind::InvalidInput, path,
                "a side of " + std::to_string(header.dim[i]) + " voxels is not possible");
        if (i > 3 && header.dim[i] > 1)
            refuseImage(ErrorKind::Unsupported, path, "it has more than three dimensions; give one volume");
    }
}

VoxelGrid gridOf(const NiftiHeader& header)
{
    const auto side = [&](int i) {
        return i <= header.dim[0] ? static_cast<int>(header.dim[static_cast<std::size_t>(i)]) : 1;
    };
    VoxelGrid grid;
    grid.columns = side(1);
    grid.rows = side(2);
    grid.slices = side(3);
    return grid;
}

std::size_t checkedBytes(const VoxelGrid& grid, const Stored& stored, const std::filesystem::path& path)
{
    // Sides are at most 2^20: the product of two of them and of three of 16 GiB at most fits 64 bits.
    const std::uintmax_t slice = grid.sliceVoxels() * static_cast<std::uintmax_t>(stored.components) * stored.bytes;
    if (slice > kMostImageBytes / static_cast<std::uintmax_t>(grid.slices))
        refuseImage(ErrorKind::Unsupported, path, "it would need more than 16 GiB of memory");
    const std::uintmax_t bytes = slice * static_cast<std::uintmax_t>(grid.slices);
    if (bytes / kMostDeflated > std::filesystem::file_size(path))
        refuseImage(ErrorKind::InvalidInput, path, "it claims more voxels than its bytes can hold");
    return static_cast<std::size_t>(bytes);
}

std::vector<std::byte> readVoxels(InflatedFile& file, const NiftiHeader& header, std::size_t headerBytes,
    std::size_t bytes, const std::filesystem::path& path)
{
    constexpr double kFarthest = 1 << 24;
    const double offset = header.voxelOffset;
    if (!(offset >= static_cast<double>(headerBytes) && offset <= kFarthest))
        refuseImage(ErrorKind::InvalidInput, path, "it is damaged or incomplete");
    std::vector<std::byte> between(static_cast<std::size_t>(offset) - headerBytes);
    std::vector<std::byte> voxels(bytes);
    if (file.read(between) != between.size() || file.read(voxels) != voxels.size())
        refuseImage(ErrorKind::InvalidInput, path, "it is damaged or incomplete");
    file.checkEnd();
    return voxels;
}

void swapBytes(std::vector<std::byte>& voxels, std::size_t size)
{
    for (std::size_t at = 0; size > 1 && at + size <= voxels.size(); at += size)
        std::reverse(
            voxels.begin() + static_cast<std::ptrdiff_t>(at), voxels.begin() + static_cast<std::ptrdiff_t>(at + size));
}

template <typename From, typename To>
std::vector<std::byte> scaled(const std::vector<std::byte>& voxels, double slope, double intercept)
{
    std::vector<std::byte> result(voxels.size() / sizeof(From) * sizeof(To));
    const auto* from = reinterpret_cast<const From*>(voxels.data());
    auto* to = reinterpret_cast<To*>(result.data());
    for (std::size_t i = 0; i < voxels.size() / sizeof(From); ++i)
        to[i] = static_cast<To>(static_cast<double>(from[i]) * slope + intercept);
    return result;
}

/// Voxels as numbers of `type`, which is set to what they became.
std::vector<std::byte> rescaled(
    std::vector<std::byte> voxels, int datatype, double slope, double intercept, VoxelType& type)
{
    const bool plain = slope == 1 && intercept == 0;
    if (datatype == 1024)
        return scaled<std::int64_t, double>(voxels, slope, intercept);
    if (datatype == 1280)
        return scaled<std::uint64_t, double>(voxels, slope, intercept);
    if (plain || datatype == 128)
        return voxels;
    const VoxelType from =
        std::exchange(type, bytesOf(type) <= 2 || type == VoxelType::Float32 ? VoxelType::Float32 : VoxelType::Float64);
    switch (from) {
    case VoxelType::UInt8:
        return scaled<std::uint8_t, float>(voxels, slope, intercept);
    case VoxelType::Int8:
        return scaled<std::int8_t, float>(voxels, slope, intercept);
    case VoxelType::UInt16:
        return scaled<std::uint16_t, float>(voxels, slope, intercept);
    case VoxelType::Int16:
        return scaled<std::int16_t, float>(voxels, slope, intercept);
    case VoxelType::UInt32:
        return scaled<std::uint32_t, double>(voxels, slope, intercept);
    case VoxelType::Int32:
        return scaled<std::int32_t, double>(voxels, slope, intercept);
    case VoxelType::Float32:
        return scaled<float, float>(voxels, slope, intercept);
    case VoxelType::Float64:
        break;
    }
    return scaled<double, double>(voxels, slope, intercept);
}

/// Why a grid is not one that slices can be cut from in every direction.
std::string irregularity(const NiftiGeometry& geometry)
{
    constexpr double kTolerance = 1e-3;
    const auto& a = geometry.axes;
    if (!geometry.spacingKnown)
        return "its distances between voxels are not usable";
    if (std::abs(dot(a[0], a[1])) > kTolerance || std::abs(dot(a[0], a[2])) > kTolerance
        || std::abs(dot(a[1], a[2])) > kTolerance)
        return "its axes are not at right angles";
    return {};
}

} // namespace

void refuseImage(ErrorKind kind, const std::filesystem::path& path, const std::string& reason)
{
    throw Error(kind, "The file '" + path.string() + "' cannot be read: " + reason + ".", path.string());
}

void doubtBareMatrix(const VoxelGrid& grid, VolumeInfo& info, Warnings& warnings)
{
    if (!info.axesKnown || !isBareScaling(grid))
        return;
    info.sidesDoubt = SidesDoubt::BareMatrix;
    warnings.emplace_back("The file's matrix is a bare scaling, as programs write it that know of no patient"
        + std::string(grid.slices == 1 ? "; by it the picture is an axial slice" : "")
        + ": where the patient's sides are is not taken from it.");
}

std::shared_ptr<const Volume> readNifti(const std::filesystem::path& path, Warnings& warnings)
{
    InflatedFile file(path);
    std::vector<std::byte> start(348);
    start.resize(file.read(start));
    std::optional<NiftiHeader> header = parseNiftiHeader(start);
    if (!header && start.size() == 348) {
        start.resize(kNiftiHeaderBytes);
        start.resize(348 + file.read(std::span(start).subspan(348)));
        header = parseNiftiHeader(start);
    }
    if (!header)
        refuseImage(ErrorKind::InvalidInput, path, "it is not what its extension says");
    if (header->detached)
        refuseImage(ErrorKind::Unsupported, path, "its voxels are in another file; give one .nii file that holds both");
    checkSizes(*header, path);
    const Stored& stored = storedAs(*header, path);
    VoxelGrid grid = gridOf(*header);
    const std::size_t bytes = checkedBytes(grid, stored, path);
    auto voxels = readVoxels(file, *header, start.size(), bytes, path);
    if (header->swapped)
        swapBytes(voxels, stored.bytes);
    const NiftiGeometry geometry = niftiGeometry(*header, warnings);
    grid.origin = geometry.origin;
    grid.axes = geometry.axes;
    grid.spacingMm = geometry.spacingMm;
    VolumeInfo info;
    info.spacing = geometry.spacingKnown ? SpacingKind::Calibrated : SpacingKind::Unknown;
    info.axesKnown = geometry.axesKnown;
    info.notRegular = irregularity(geometry);
    doubtBareMatrix(grid, info, warnings);
    const bool hasScale = std::isfinite(header->slope) && header->slope != 0 && std::isfinite(header->intercept);
    VoxelType type = stored.type;
    voxels =
        rescaled(std::move(voxels), stored.code, hasScale ? header->slope : 1, hasScale ? header->intercept : 0, type);
    return std::make_shared<const Volume>(grid, type, stored.components, std::move(voxels), std::move(info));
}

} // namespace imaging::detail
