#pragma once

#include "annotations/mask_edit.h"
#include "annotations/tools/plane_cut.h"
#include "annotations/tools/tool.h"
#include "annotations/value_gate.h"
#include "imaging/plane.h"

#include <array>
#include <cstdint>
#include <optional>

namespace annotations {

/// A round brush drawn over a plane: axial, coronal, sagittal or oblique. Between two positions all that it sweeps over
/// is painted, and the voxels that its centre passes, so that fast strokes and thin brushes have no gaps. Round in
/// millimetres also where voxels are not cubes: a voxel is painted when its centre lies, seen along the plane's normal,
/// within the radius. A plane cuts a voxel when its centre is not farther away than half of what the voxel measures
/// along the normal; so the nearest voxel of every pixel that was painted over has the value.
///
///     BrushStroke stroke(edit, plane, radiusMm, label.value);
///     stroke.moveTo(column, row); // the first position paints a disc
///     stroke.moveTo(column, row); // later ones what is swept from the last
class BrushStroke
{
public:
    /// `value` 0 erases. `edit` must outlive the stroke. Throws Error(WrongUse) when the radius is not positive, the
    /// plane's place is not finite, or the gate's picture is none, is in colour or has another grid.
    BrushStroke(MaskEdit& edit, const imaging::Plane& plane, double radiusMm, std::uint16_t value,
        BrushTip tip = BrushTip::Disc, const std::optional<ValueGate>& gate = std::nullopt);

    /// Position in the plane's pixels, fractional, (0, 0) is the centre of the first one; may lie outside the picture.
    /// Gives the box that was painted over, clipped to the grid; nothing when it lies wholly outside.
    std::optional<MaskRegion> moveTo(double column, double row);

private:
    using Vector = detail::PlaneVector;
    using Range = detail::LinePart;

    std::array<Range, 3> reachOf(const Vector& from, const Vector& to) const;
    void paintLine(int row, int slice, const Vector& from, const Vector& to, std::optional<MaskRegion>& region);
    void paintPath(const Vector& from, const Vector& to, std::optional<MaskRegion>& region);
    bool isLetThrough(imaging::VoxelIndex voxel) const;
    void paintRun(int first, int last, int row, int slice);

    MaskEdit& m_edit;
    detail::PlaneCut m_cut;
    double m_radiusMm;
    std::uint16_t m_value;
    BrushTip m_tip;
    std::optional<ValueGate> m_gate;
    std::optional<Vector> m_last;
};

} // namespace annotations
