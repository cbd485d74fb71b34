#pragma once

#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "imaging/plane.h"

#include <QRectF>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ui {

/// The labels of a mask on the pixels of a plane, as drawing needs them: of a slice the map's own voxels, which show
/// every change at once; of other planes the nearest voxels' labels, as they were when they were last read.
class PlaneLabels
{
public:
    /// `map` must outlive this. Throws imaging::Error(WrongUse) for a plane without pixels.
    PlaneLabels(const annotations::LabelMap& map, const imaging::Plane& plane);

    /// One a pixel, row by row.
    std::span<const std::uint16_t> values() const;
    /// Reads them again after the mask has changed.
    void refresh();
    /// The pixels that a box of voxels may reach, in picture positions; nothing when it lies beside the plane.
    std::optional<QRectF> reachOf(const annotations::MaskRegion& region) const;

private:
    const annotations::LabelMap& m_map;
    imaging::Plane m_plane;
    std::optional<int> m_slice;
    std::vector<std::uint16_t> m_resliced; ///< Of other planes than slices.
};

} // namespace ui
