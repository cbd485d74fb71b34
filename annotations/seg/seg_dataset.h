#pragma once

#include "annotations/seg/seg_object.h"
#include "annotations/seg/writer.h"
#include "imaging/volume.h"

#include <string>
#include <vector>

class DcmItem;

namespace annotations {

/// What the functional groups say about the planes: strings copied from the source, or made up where it has none.
struct SegGeometry
{
    std::string frameOfReferenceUid;
    std::vector<std::string> positions; ///< Per source slice.
    std::string orientation; ///< Empty when slices differ: then `orientations` holds one each.
    std::vector<std::string> orientations;
    std::string pixelSpacing; ///< (row, column) distance.
    std::string sliceThickness; ///< Of the picture's slices; empty when it does not say.
    std::string sliceDistance; ///< Empty when there is one slice, or the distances differ.
};

SegGeometry segGeometry(const imaging::Volume& source);

/// Patient, study, series, equipment and SOP common modules, and the reference to the source series.
/// Throws Error(InvalidInput) when the source lacks the UIDs that an object made from it needs.
void putContext(DcmItem& dataset, const imaging::Volume& source, const SegObject& object,
    const SegWriteOptions& options, const WrittenSeg& uids);

/// SegmentSequence (PS3.3 C.8.20.4).
void putSegments(DcmItem& dataset, const SegObject& object, const SegWriteOptions& options);

/// Dimensions, shared and per-frame functional groups (PS3.3 C.7.6.16, C.7.6.17). Frames are in the object's order.
void putFrames(DcmItem& dataset, const imaging::Volume& source, const SegObject& object);

} // namespace annotations
