#pragma once

#include "annotations/seg/writer.h"
#include "tests/unit/annotations/source_volumes.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcpxitem.h>

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// SEG files as other programs write them: our own ones, changed.
namespace fixtures {

/// A CT series on any grid, each slice with its position and orientation. `names` gives each slice the number that its
/// SOP Instance UID ends in; as many as slices, or none for 1, 2, 3 ...
inline imaging::Volume ctOn(const imaging::VoxelGrid& grid, const std::vector<int>& names = {})
{
    imaging::VolumeInfo info = ct(1, 1, 1).info();
    const imaging::SourceInstance first = info.sources.front();
    info.sources.clear();
    for (int slice = 0; slice < grid.slices; ++slice) {
        imaging::SourceInstance source = first;
        const auto corner = grid.toPatient(0, 0, slice);
        char text[160];
        std::snprintf(text, sizeof text, "%.8g\\%.8g\\%.8g", corner.x, corner.y, corner.z);
        source.imagePosition = text;
        std::snprintf(text, sizeof text, "%.8f\\%.8f\\%.8f\\%.8f\\%.8f\\%.8f", grid.axes[0].x, grid.axes[0].y,
            grid.axes[0].z, grid.axes[1].x, grid.axes[1].y, grid.axes[1].z);
        source.imageOrientation = text;
        std::snprintf(text, sizeof text, "%.8g\\%.8g", grid.spacingMm[1], grid.spacingMm[0]);
        source.pixelSpacing = text;
        const int name = names.empty() ? slice + 1 : names[static_cast<std::size_t>(slice)];
        source.sopInstanceUid = "1.2.826.0.1.3680043.10.1400.1.2." + std::to_string(name);
        info.sources.push_back(source);
    }
    return volume(grid, std::move(info));
}

/// A label of this number.
inline annotations::Label numbered(std::uint16_t value, const std::string& name = {})
{
    annotations::Label label = annotations::defaultLabels().front();
    label.value = value;
    label.name = name.empty() ? "Label " + std::to_string(value) : name;
    return label;
}

/// Reads a file with DCMTK, changes it, writes it to another name.
inline void change(const std::filesystem::path& from, const std::filesystem::path& to,
    const std::function<void(DcmDataset&)>& edit, E_TransferSyntax syntax = EXS_LittleEndianExplicit)
{
    DcmFileFormat format;
    if (format.loadFile(from.c_str()).bad())
        throw std::runtime_error("cannot load " + from.string());
    edit(*format.getDataset());
    if (format.saveFile(to.c_str(), syntax).bad())
        throw std::runtime_error("cannot save " + to.string());
}

/// Calls `edit` for each item of a sequence, in file order.
inline void eachItem(DcmItem& dataset, const DcmTagKey& sequence, const std::function<void(DcmItem&)>& edit)
{
    DcmItem* item = nullptr;
    for (signed long i = 0; dataset.findAndGetSequenceItem(sequence, item, i).good(); ++i)
        edit(*item);
}

/// Replaces the pixels by compressed frames.
inline void putFragments(
    DcmDataset& dataset, E_TransferSyntax syntax, const std::vector<std::vector<std::byte>>& frames)
{
    auto* sequence = new DcmPixelSequence(DcmTag(DCM_PixelData, EVR_OB));
    sequence->insert(new DcmPixelItem(DcmTag(DCM_Item, EVR_pixelItem))); // No offsets.
    for (std::vector<std::byte> bytes : frames) {
        if (bytes.size() % 2 != 0)
            bytes.push_back(std::byte{});
        auto* item = new DcmPixelItem(DcmTag(DCM_Item, EVR_pixelItem));
        item->putUint8Array(reinterpret_cast<const Uint8*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
        sequence->insert(item);
    }
    auto* pixels = new DcmPixelData(DCM_PixelData);
    pixels->putOriginalRepresentation(syntax, nullptr, sequence);
    dataset.insert(pixels, OFTrue);
}

/// A label map (PS3.3 A.51): `planes` holds rows x columns stored values a slice; `labels` describe the numbers.
inline void writeLabelMap(const std::filesystem::path& path, const imaging::Volume& source,
    const std::vector<std::uint16_t>& planes, const std::vector<annotations::Label>& labels, int bits = 8,
    int background = -1, E_TransferSyntax syntax = EXS_LittleEndianExplicit)
{
    const imaging::VoxelGrid& grid = source.grid();
    annotations::SegObject object(annotations::SegType::FractionalProbability, grid.columns, grid.rows);
    object.segments = labels;
    const std::vector<std::uint8_t> empty(grid.sliceVoxels());
    for (int slice = 0; slice < grid.slices; ++slice) {
        annotations::SegFrame frame;
        frame.slice = slice;
        object.addFrame(frame, empty);
    }
    annotations::writeSeg(path, source, object, {});
    const auto edit = [&](DcmDataset& dataset) {
        dataset.putAndInsertString(DCM_SOPClassUID, "1.2.840.10008.5.1.4.1.1.66.7");
        dataset.putAndInsertString(DCM_SegmentationType, "LABELMAP");
        std::size_t next = 0;
        eachItem(dataset, DCM_SegmentSequence,
            [&](DcmItem& item) { item.putAndInsertUint16(DCM_SegmentNumber, labels[next++].value); });
        eachItem(dataset, DCM_PerFrameFunctionalGroupsSequence,
            [](DcmItem& item) { item.findAndDeleteElement(DCM_SegmentIdentificationSequence); });
        if (background >= 0)
            dataset.putAndInsertUint16(DCM_PixelPaddingValue, static_cast<Uint16>(background));
        if (bits == 8) {
            const std::vector<std::uint8_t> bytes(planes.begin(), planes.end());
            dataset.putAndInsertUint8Array(DCM_PixelData, bytes.data(), static_cast<unsigned long>(bytes.size()));
            return;
        }
        dataset.putAndInsertUint16(DCM_BitsAllocated, 16);
        dataset.putAndInsertUint16(DCM_BitsStored, 16);
        dataset.putAndInsertUint16(DCM_HighBit, 15);
        dataset.putAndInsertUint16Array(DCM_PixelData, planes.data(), static_cast<unsigned long>(planes.size()));
    };
    change(path, path, edit, syntax);
}

} // namespace fixtures
