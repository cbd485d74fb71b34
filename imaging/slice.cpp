#include "imaging/slice.h"

#include "imaging/error.h"
#include "imaging/slice_sides.h"

#include <algorithm>
#include <cmath>

namespace imaging {

namespace {

template <typename T> void copyGrey(const Volume& volume, std::size_t first, std::vector<float>& values)
{
    const auto source = volume.voxels<T>().subspan(first, values.size());
    std::transform(source.begin(), source.end(), values.begin(), [](T v) { return static_cast<float>(v); });
}

/// Luminance of RGB, ITU-R BT.601.
void copyLuminance(const Volume& volume, std::size_t first, std::vector<float>& values)
{
    const auto source = volume.voxels<std::uint8_t>().subspan(first * 3, values.size() * 3);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float red = source[3 * i];
        const float green = source[3 * i + 1];
        const float blue = source[3 * i + 2];
        values[i] = 0.299F * red + 0.587F * green + 0.114F * blue;
    }
}

std::vector<std::uint8_t> coloursOf(const Volume& volume, int index)
{
    if (volume.components() != 3)
        return {};
    const auto count = 3 * volume.grid().sliceVoxels();
    const auto source = volume.voxels<std::uint8_t>().subspan(count * static_cast<std::size_t>(index), count);
    return {source.begin(), source.end()};
}

void copyValues(const Volume& volume, std::size_t first, std::vector<float>& values)
{
    if (volume.components() == 3)
        return copyLuminance(volume, first, values);
    switch (volume.type()) {
    case VoxelType::UInt8:
        return copyGrey<std::uint8_t>(volume, first, values);
    case VoxelType::Int8:
        return copyGrey<std::int8_t>(volume, first, values);
    case VoxelType::UInt16:
        return copyGrey<std::uint16_t>(volume, first, values);
    case VoxelType::Int16:
        return copyGrey<std::int16_t>(volume, first, values);
    case VoxelType::UInt32:
        return copyGrey<std::uint32_t>(volume, first, values);
    case VoxelType::Int32:
        return copyGrey<std::int32_t>(volume, first, values);
    case VoxelType::Float32:
        return copyGrey<float>(volume, first, values);
    case VoxelType::Float64:
        return copyGrey<double>(volume, first, values);
    }
}

/// The 0.5..99.5 percentiles as a window; padding and values that are not numbers do not count.
WindowLevel percentileWindow(const std::vector<float>& values, std::optional<double> padding)
{
    // Of giant pictures every few values tell as much; all of an X-ray count.
    constexpr std::size_t kEnough = std::size_t{1} << 23U;
    const std::size_t step = values.size() / kEnough + 1;
    std::vector<float> sorted;
    sorted.reserve(values.size() / step + 1);
    for (std::size_t i = 0; i < values.size(); i += step) {
        if (std::isfinite(values[i]) && !(padding && static_cast<double>(values[i]) == *padding))
            sorted.push_back(values[i]);
    }
    if (sorted.empty())
        return {};
    const auto percentile = [&](double share) {
        const auto at = static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(sorted.size() - 1)));
        std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
        return static_cast<double>(sorted[static_cast<std::size_t>(at)]);
    };
    const double low = percentile(0.005);
    const double high = percentile(0.995);
    return {(low + high) / 2, high > low ? high - low : 1.0};
}

} // namespace

PictureSides sidesOf(const Volume& volume, int index)
{
    const VolumeInfo& info = volume.info();
    if (index < 0 || index >= volume.grid().slices)
        return {};
    if (const auto tags = sideTagsOf(info, index))
        return sidesFromTags(tags->imageOrientation, tags->patientOrientation);
    // NIfTI and NRRD know the patient's axes but have no DICOM strings.
    PictureSides sides;
    sides.doubt = info.sidesDoubt;
    if (sides.doubt != SidesDoubt::None || !info.axesKnown || info.spacing != SpacingKind::Calibrated)
        return sides;
    return sidesFromAxes(volume.grid().axes[0], volume.grid().axes[1]);
}

std::optional<VoxelGrid> gridInPatient(const Volume& volume)
{
    const VolumeInfo& info = volume.info();
    VoxelGrid grid = volume.grid();
    if (info.sources.empty() && info.study.patientOrientation.empty())
        return info.axesKnown ? std::optional(grid) : std::nullopt;
    const auto sides = sidesOf(volume, 0);
    if (sides.doubt != SidesDoubt::None)
        return std::nullopt;
    if (!info.sources.empty() && !info.sources.front().imageOrientation.empty())
        return grid;
    return axesFromPatientOrientation(info.study.patientOrientation, grid.axes) ? std::optional(grid) : std::nullopt;
}

Slice sliceOf(const Volume& volume, int index)
{
    const VoxelGrid& grid = volume.grid();
    if (index < 0 || index >= grid.slices)
        throw Error(ErrorKind::WrongUse,
            "There is no slice " + std::to_string(index + 1) + ": the series has " + std::to_string(grid.slices) + ".");
    const VolumeInfo& info = volume.info();
    Slice slice;
    slice.columns = grid.columns;
    slice.rows = grid.rows;
    slice.values.resize(grid.sliceVoxels());
    copyValues(volume, grid.sliceVoxels() * static_cast<std::size_t>(index), slice.values);
    slice.colour = coloursOf(volume, index);
    slice.spacingMm = {grid.spacingMm[0], grid.spacingMm[1]};
    if (volume.components() == 3)
        slice.window = {127.5, 255};
    else
        slice.window = info.window ? *info.window : percentileWindow(slice.values, info.padding);
    slice.inverted = info.monochrome1;
    slice.modality = info.study.modality;
    slice.bodyPart = info.study.bodyPart;
    slice.viewPosition = info.study.viewPosition;
    slice.sides = sidesOf(volume, index);
    return slice;
}

Slice turned(const Slice& slice, Turn turn)
{
    Slice result = slice;
    result.values = turned(slice.values, slice.columns, slice.rows, turn);
    if (!slice.colour.empty())
        result.colour = turned(slice.colour, slice.columns, slice.rows, turn, 3);
    if (turn.transposed) {
        std::swap(result.columns, result.rows);
        std::swap(result.spacingMm[0], result.spacingMm[1]);
    }
    result.sides = turned(slice.sides, turn);
    return result;
}

std::vector<float> brightness(const Slice& slice)
{
    std::vector<float> result(slice.values.size());
    std::transform(slice.values.begin(), slice.values.end(), result.begin(),
        [&](float v) { return static_cast<float>(windowed(slice.window, static_cast<double>(v), slice.inverted)); });
    return result;
}

} // namespace imaging
