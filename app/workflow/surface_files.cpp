#include "app/workflow/surface_files.h"

#include "annotations/surface/surface.h"
#include "imaging/error.h"

#include <string>

namespace app {

namespace {

std::filesystem::path pathOf(const std::filesystem::path& path, std::uint16_t value)
{
    return path.parent_path() / (path.stem().string() + "-" + std::to_string(value) + path.extension().string());
}

[[noreturn]] void refuseSurfaces(const std::filesystem::path& path, const std::string& why)
{
    throw imaging::Error(
        imaging::ErrorKind::InvalidInput, "\"" + path.string() + "\" cannot be written: " + why, path.string());
}

} // namespace

bool isSurfaceFile(const std::filesystem::path& path)
{
    return path.extension() == ".stl";
}

void writeSurfaces(
    const std::filesystem::path& path, const annotations::LabelMap& map, imaging::Warnings& warnings)
{
    if (map.grid().slices < 2)
        refuseSurfaces(path, "a mask of one slice has no surface. Name a file that ends in .nii.gz, .nrrd or .png.");
    const auto extents = annotations::extentsOf(map);
    if (extents.empty())
        refuseSurfaces(path, "the mask is empty, so there is no surface.");
    std::string names;
    for (const auto& [value, extent] : extents) {
        const auto file = extents.size() == 1 ? path : pathOf(path, value);
        annotations::writeStl(file, surfaceOf(map, value, extent.box, annotations::Smoothing::Usual));
        names += (names.empty() ? "" : ", ") + file.filename().string();
    }
    if (extents.size() > 1)
        warnings.push_back("Each segment has a file of its own: " + names + ".");
}

} // namespace app
