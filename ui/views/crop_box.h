#pragma once

#include "annotations/mask_delta.h"
#include "imaging/geometry.h"
#include "ui/views/view_point.h"

#include <QPointF>
#include <QSizeF>

#include <array>
#include <optional>

class QPainter;

namespace ui {

/// The part of a grid that is shown in space, and its six sides by which it is made smaller: along columns, rows and
/// slices, first and last.
class CropBox
{
public:
    explicit CropBox(const imaging::VoxelGrid& grid);

    const annotations::MaskRegion& region() const { return m_region; }
    bool isWhole() const;

    /// Where the handle of each side is seen.
    std::array<QPointF, 6> handles(const ViewPoint& from, QSizeF view) const;
    /// The side whose handle is near a place; nothing: none is.
    std::optional<std::size_t> sideAt(QPointF place, const ViewPoint& from, QSizeF view) const;
    /// Moves a side as the pointer has moved; a layer stays at least.
    void drag(std::size_t side, QPointF moved, const ViewPoint& from, QSizeF view);

    void paint(QPainter& painter, const ViewPoint& from, QSizeF view) const;

private:
    imaging::PatientPoint corner(bool lastColumn, bool lastRow, bool lastSlice) const;
    imaging::PatientPoint middleOf(std::size_t side) const;

    imaging::VoxelGrid m_grid;
    std::array<double, 6> m_ends{}; ///< Edges of voxels, in their numbers.
    annotations::MaskRegion m_region;
};

} // namespace ui
