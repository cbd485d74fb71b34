#pragma once

#include "imaging/volume.h"

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace support {

/// An Int16 volume whose voxels a function gives.
inline std::shared_ptr<const imaging::Volume> syntheticVolume(const imaging::VoxelGrid& grid, imaging::VolumeInfo info,
    const std::function<std::int16_t(imaging::VoxelIndex)>& value)
{
    std::vector<std::int16_t> voxels;
    voxels.reserve(grid.voxels());
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                voxels.push_back(value({column, row, slice}));
    std::vector<std::byte> bytes(voxels.size() * sizeof(std::int16_t));
    std::memcpy(bytes.data(), voxels.data(), bytes.size());
    return std::make_shared<const imaging::Volume>(
        grid, imaging::VoxelType::Int16, 1, std::move(bytes), std::move(info));
}

inline imaging::VoxelGrid gridOf(int columns, int rows, int slices, double spacingMm = 1)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    grid.spacingMm = {spacingMm, spacingMm, spacingMm};
    return grid;
}

/// A chest X-ray's attributes; without `orientation` ("L\\F") nothing tells the sides.
inline imaging::VolumeInfo xrayInfo(const std::string& orientation)
{
    imaging::VolumeInfo info;
    info.study.modality = "CR";
    info.study.bodyPart = "CHEST";
    info.study.viewPosition = "PA";
    info.study.patientOrientation = orientation;
    info.study.seriesDescription = "Synthetic";
    info.spacing = imaging::SpacingKind::Calibrated;
    info.window = imaging::WindowLevel{500, 1000};
    info.sources.resize(1);
    return info;
}

/// Values rise from left to right, 0 to 1000: brightness, and so a fake model's probability, is column / columns.
inline std::shared_ptr<const imaging::Volume> rampXray(int columns, int rows, const std::string& orientation)
{
    return syntheticVolume(gridOf(columns, rows, 1, 0.5), xrayInfo(orientation),
        [columns](imaging::VoxelIndex v) { return static_cast<std::int16_t>(1000 * v.column / (columns - 1)); });
}

/// A stack in HU whose value is the slice's number times 10.
inline std::shared_ptr<const imaging::Volume> steppedCt(int columns, int rows, int slices)
{
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.unit = std::string("HU");
    info.spacing = imaging::SpacingKind::Calibrated;
    for (int slice = 0; slice < slices; ++slice) {
        imaging::SourceInstance source;
        source.imageOrientation = "1\\0\\0\\0\\1\\0";
        info.sources.push_back(source);
    }
    return syntheticVolume(gridOf(columns, rows, slices), info,
        [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(10 * v.slice); });
}

} // namespace support
