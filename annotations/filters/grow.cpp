#include "annotations/filters/grow.h"

#include "annotations/seg/distance_transform.h"

#include <cstddef>

namespace annotations {

namespace {

/// Distances are added up in another order at one end than at the other: equal ones differ in their last digits.
double squaredLimit(double mm)
{
    return mm * mm * (1 + 1e-6);
}

/// `a` without what `b`, on any box, has.
VoxelSet without(VoxelSet a, const VoxelSet& b)
{
    const VoxelSet taken = cutTo(b, a.box());
    for (std::size_t i = 0; i < a.voxels().size(); ++i)
        a.voxels()[i] &= static_cast<std::uint8_t>(1 - taken.voxels()[i]);
    return a;
}

} // namespace

VoxelSet grown(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop)
{
    const auto drawn = boxOfVoxels(set);
    if (!drawn || mm <= 0)
        return set;
    VoxelSet result = cutTo(set, widened(*drawn, mm, set.grid(), within));
    const auto distances = squaredDistances(result.voxels(), result.boxGrid(), stop);
    const double limit = squaredLimit(mm);
    for (std::size_t i = 0; i < distances.size(); ++i)
        result.voxels()[i] = distances[i] <= limit ? 1 : 0;
    return result;
}

VoxelSet shrunk(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop)
{
    const auto drawn = boxOfVoxels(set);
    if (!drawn || mm <= 0)
        return set;
    VoxelSet result = cutTo(set, widenedBy(*drawn, 1, within));
    const VoxelSet outside = complement(result);
    if (outside.empty())
        return result;
    const auto distances = squaredDistances(outside.voxels(), outside.boxGrid(), stop);
    const double limit = squaredLimit(mm);
    for (std::size_t i = 0; i < distances.size(); ++i)
        result.voxels()[i] = distances[i] > limit ? 1 : 0;
    return result;
}

VoxelSet opened(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop)
{
    return grown(shrunk(set, mm, within, stop), mm, within, stop);
}

VoxelSet closed(const VoxelSet& set, double mm, const MaskRegion& within, std::stop_token stop)
{
    return shrunk(grown(set, mm, within, stop), mm, within, stop);
}

VoxelSet shell(const VoxelSet& set, double mm, ShellSide side, const MaskRegion& within, std::stop_token stop)
{
    switch (side) {
    case ShellSide::Inside:
        return without(set, shrunk(set, mm, within, stop));
    case ShellSide::Outside:
        return without(grown(set, mm, within, stop), set);
    case ShellSide::Both:
        break;
    }
    return without(grown(set, mm / 2, within, stop), shrunk(set, mm / 2, within, stop));
}

} // namespace annotations
