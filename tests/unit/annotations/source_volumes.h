#pragma once

#include "imaging/volume.h"

#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>
#include <vector>

/// Volumes such as imaging would read them, made in memory: what a SEG needs to refer to.
namespace fixtures {

constexpr const char* kXraySop = "1.2.826.0.1.3680043.10.1400.1.9";

inline imaging::StudyContext study(const std::string& modality)
{
    imaging::StudyContext study;
    study.studyInstanceUid = "1.2.826.0.1.3680043.10.1400.1";
    study.seriesInstanceUid = "1.2.826.0.1.3680043.10.1400.1.2";
    study.patientName = "Phantom^Änne";
    study.patientId = "P-7";
    study.patientBirthDate = "19700203";
    study.patientSex = "F";
    study.studyDate = "20240305";
    study.studyTime = "101112";
    study.studyId = "4711";
    study.studyDescription = "Thorax";
    study.accessionNumber = "A1";
    study.referringPhysician = "Dr^Who";
    study.modality = modality;
    study.seriesNumber = 3;
    study.bodyPart = "CHEST";
    return study;
}

inline imaging::Volume volume(const imaging::VoxelGrid& grid, imaging::VolumeInfo info)
{
    return imaging::Volume(grid, imaging::VoxelType::UInt8, 1, std::vector<std::byte>(grid.voxels()), std::move(info));
}

/// A CT series: positions, orientation and spacing as a scanner writes them, slices 2.5 mm apart; its planes may be
/// turned about the patient's left-right axis.
inline imaging::Volume ct(int columns, int rows, int slices, double turnedDegrees = 0)
{
    const double sine = std::sin(turnedDegrees * std::numbers::pi / 180);
    const double cosine = std::cos(turnedDegrees * std::numbers::pi / 180);
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    grid.spacingMm = {0.703125, 0.703125, 2.5};
    grid.origin = {-180, -171.5, -20};
    grid.axes = {imaging::PatientPoint{1, 0, 0}, {0, cosine, sine}, {0, -sine, cosine}};
    imaging::VolumeInfo info;
    info.study = study("CT");
    info.study.frameOfReferenceUid = "1.2.826.0.1.3680043.10.1400.1.3";
    info.spacing = imaging::SpacingKind::Calibrated;
    info.unit = "HU";
    for (int slice = 0; slice < slices; ++slice) {
        char text[96];
        const auto corner = grid.toPatient(0, 0, slice);
        std::snprintf(text, sizeof text, "%.3f\\%.3f\\%.3f", corner.x, corner.y, corner.z);
        imaging::SourceInstance source;
        source.sopClassUid = "1.2.840.10008.5.1.4.1.1.2";
        source.sopInstanceUid = "1.2.826.0.1.3680043.10.1400.1.2." + std::to_string(slice + 1);
        source.imagePosition = text;
        std::snprintf(text, sizeof text, "1.000000\\0.000000\\0.000000\\0.000000\\%.6f\\%.6f", cosine, sine);
        source.imageOrientation = text;
        source.pixelSpacing = "0.703125\\0.703125";
        info.sources.push_back(source);
    }
    return volume(grid, std::move(info));
}

/// The same as frames of one Enhanced CT object.
inline imaging::Volume enhancedCt(int columns, int rows, int frames)
{
    const imaging::Volume series = ct(columns, rows, frames);
    imaging::VolumeInfo info = series.info();
    for (int frame = 0; frame < frames; ++frame) {
        auto& source = info.sources[static_cast<std::size_t>(frame)];
        source.sopClassUid = "1.2.840.10008.5.1.4.1.1.2.1";
        source.sopInstanceUid = "1.2.826.0.1.3680043.10.1400.1.8";
        source.frameNumber = frame + 1;
    }
    return volume(series.grid(), std::move(info));
}

/// An X-ray: one picture without position or frame of reference, and a PixelSpacing of 0 as a real CR has it.
inline imaging::Volume xray(int columns, int rows)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = 1;
    imaging::VolumeInfo info;
    info.study = study("CR");
    info.study.patientOrientation = "L\\F";
    imaging::SourceInstance source;
    source.sopClassUid = "1.2.840.10008.5.1.4.1.1.1";
    source.sopInstanceUid = kXraySop;
    source.pixelSpacing = "0\\0";
    info.sources.push_back(source);
    return volume(grid, std::move(info));
}

} // namespace fixtures
