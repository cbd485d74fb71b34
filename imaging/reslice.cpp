#include "imaging/reslice.h"

#include "imaging/error.h"
#include "imaging/plane_sampler.h"
#include "imaging/voxel_type.h"

namespace imaging {

namespace {

template <typename T, int Components, typename Out>
std::vector<Out> readPlane(std::span<const T> voxels, const VoxelGrid& grid, const Plane& plane,
    Interpolation interpolation, Out outside, unsigned threads)
{
    const detail::PlaneSampler<T, Components> sampler(voxels, grid, plane, interpolation);
    const std::size_t rowValues = static_cast<std::size_t>(plane.columns) * Components;
    std::vector<Out> values(rowValues * static_cast<std::size_t>(plane.rows), outside);
    detail::forRows(plane, threads, [&](int first, int end) {
        typename detail::PlaneSampler<T, Components>::Places places;
        for (int row = first; row < end; ++row)
            sampler.readRow(row, 0, values.data() + rowValues * static_cast<std::size_t>(row), places);
    });
    return values;
}

} // namespace

std::vector<float> reslice(const Volume& volume, const Plane& plane, const ResliceOptions& options)
{
    return withVoxelType(volume.type(), [&](auto zero) {
        using T = decltype(zero);
        const auto voxels = volume.voxels<T>();
        if (volume.components() == 3)
            return readPlane<T, 3>(
                voxels, volume.grid(), plane, options.interpolation, options.outside, options.threads);
        return readPlane<T, 1>(voxels, volume.grid(), plane, options.interpolation, options.outside, options.threads);
    });
}

std::vector<std::uint16_t> resliceLabels(
    std::span<const std::uint16_t> voxels, const VoxelGrid& grid, const Plane& plane)
{
    if (voxels.size() != grid.voxels())
        throw Error(ErrorKind::Internal, "The labels do not fit the grid that they are shown on.");
    return readPlane<std::uint16_t, 1>(voxels, grid, plane, Interpolation::Nearest, std::uint16_t{0}, 0);
}

} // namespace imaging
