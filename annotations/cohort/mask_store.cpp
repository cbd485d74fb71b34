#include "annotations/cohort/mask_store.h"

#include "imaging/error.h"
#include "imaging/files/image_file.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

namespace annotations::detail {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr int kLongestSide = 1 << 16;

/// FNV-1a over size and values; 64 bits are enough to tell the masks of one study apart and to notice damage.
std::string contentName(const StoredMask& mask)
{
    std::uint64_t hash = 0xCBF29CE484222325U;
    const auto add = [&hash](std::uint32_t value) {
        for (int byte = 0; byte < 4; ++byte) {
            hash ^= (value >> (8 * byte)) & 0xFFU;
            hash *= 0x100000001B3U;
        }
    };
    add(static_cast<std::uint32_t>(mask.columns));
    add(static_cast<std::uint32_t>(mask.rows));
    for (const auto value : mask.values)
        add(value);
    char text[24];
    std::snprintf(text, sizeof text, "%016" PRIx64, hash);
    return text;
}

void requireWhole(const StoredMask& mask)
{
    const bool sized = mask.columns > 0 && mask.rows > 0 && mask.columns <= kLongestSide && mask.rows <= kLongestSide;
    if (!sized || mask.values.size() != std::size_t(mask.columns) * std::size_t(mask.rows))
        throw Error(ErrorKind::WrongUse,
            "A mask of " + std::to_string(mask.columns) + " x " + std::to_string(mask.rows) + " pixels with "
                + std::to_string(mask.values.size()) + " values cannot be stored.");
}

/// A store from elsewhere must not name files outside its own folder.
bool isMaskFileName(const std::string& file)
{
    const bool lies = file.starts_with("masks/S") && file.ends_with(".png") && file.find("..") == std::string::npos;
    return lies && std::count(file.begin(), file.end(), '/') == 2;
}

[[noreturn]] void throwDamaged(const std::filesystem::path& path)
{
    throw Error(ErrorKind::InvalidInput,
        "The mask '" + path.string() + "' is damaged or another one than was stored: put a copy of the file back.",
        path.string());
}

} // namespace

std::string writeMaskFile(const std::filesystem::path& folder, const std::string& study, const StoredMask& mask)
{
    requireWhole(mask);
    const std::string file = "masks/" + study + "/" + contentName(mask) + ".png";
    const auto path = folder / file;
    std::error_code problem;
    if (std::filesystem::exists(path, problem))
        return file;
    std::filesystem::create_directories(path.parent_path(), problem);
    imaging::VoxelGrid grid;
    grid.columns = mask.columns;
    grid.rows = mask.rows;
    grid.slices = 1;
    imaging::writeLabels(path, grid, mask.values);
    return file;
}

StoredMask readMaskFile(const std::filesystem::path& folder, const std::string& file)
{
    const auto path = folder / file;
    if (!isMaskFileName(file))
        throwDamaged(path);
    imaging::Warnings ignored;
    const auto volume = imaging::readImageFile(path, ignored);
    const auto& grid = volume->grid();
    if (volume->components() != 1 || grid.slices != 1)
        throwDamaged(path);
    StoredMask mask{grid.columns, grid.rows, {}};
    mask.values.resize(grid.voxels());
    if (volume->type() == imaging::VoxelType::UInt8)
        std::copy_n(volume->voxels<std::uint8_t>().begin(), mask.values.size(), mask.values.begin());
    else if (volume->type() == imaging::VoxelType::UInt16)
        std::copy_n(volume->voxels<std::uint16_t>().begin(), mask.values.size(), mask.values.begin());
    else
        throwDamaged(path);
    if (contentName(mask) != path.stem().string())
        throwDamaged(path);
    return mask;
}

} // namespace annotations::detail
