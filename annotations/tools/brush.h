#pragma once

#include "annotations/mask_edit.h"

#include <cstdint>
#include <optional>

namespace annotations {

/// A round brush drawn over one slice: between two mouse positions the whole swept capsule is painted, so fast strokes
/// have no gaps. Round in millimetres also where pixels are not square.
///
///     BrushStroke stroke(edit, slice, radiusMm, label.value);
///     stroke.moveTo(column, row); // the first position paints a disc
///     stroke.moveTo(column, row); // later ones the capsule from the last
class BrushStroke
{
public:
    /// `value` 0 erases. `edit` must outlive the stroke. Throws Error(WrongUse) when there is no such slice or the
    /// radius is not positive.
    BrushStroke(MaskEdit& edit, int slice, double radiusMm, std::uint16_t value);

    /// Position in voxels, fractional, (0, 0) is the centre of the first voxel; may lie outside the picture. Gives the
    /// box that was painted over, clipped to the picture; nothing when it lies wholly outside.
    std::optional<MaskRegion> moveTo(double column, double row);

private:
    struct Point
    {
        double column;
        double row;
    };

    void paintRow(int row, Point from, Point to, std::optional<MaskRegion>& region);

    MaskEdit& m_edit;
    int m_slice;
    double m_radiusMm;
    std::uint16_t m_value;
    std::optional<Point> m_last;
};

} // namespace annotations
