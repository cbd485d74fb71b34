#pragma once

#include "imaging/plane.h"
#include "ui/render/solid_scene.h"

#include <QPointF>
#include <QSizeF>

#include <cstdint>

namespace ui {

/// The patient's sides to look from.
enum class SolidSide : std::uint8_t { Front, Back, Left, Right, Head, Feet };

/// From where something in space is looked at: round about the patient's long axis, and up or down; the head stays up.
struct ViewPoint
{
    double azimuth = 0; ///< Radians, towards the patient's left; 0: from the front.
    double elevation = 0; ///< Radians, towards the head, not beyond a right angle.
    imaging::PatientPoint focus; ///< In the middle of the view.
    double heightMm = 500; ///< Of what the view shows.

    friend bool operator==(const ViewPoint&, const ViewPoint&) = default;

    SolidCamera camera() const;
    imaging::PatientPoint toEye() const;
    imaging::PatientPoint up() const;
    imaging::PatientPoint right() const { return cross(up(), toEye()); }

    /// Where a point is seen in a view of this size, and the point of a place at the focus' depth.
    QPointF toView(imaging::PatientPoint point, QSizeF view) const;
    imaging::PatientPoint toPatient(QPointF place, QSizeF view) const;
    /// How far a millimetre of the way reaches in a view of this height.
    QPointF wayInView(imaging::PatientPoint way, QSizeF view) const;

    void turn(double byAzimuth, double byElevation);
    void lookFrom(SolidSide side);
    /// The plane that the view's pixels lie in, for its letters.
    imaging::Plane plane(QSizeF view) const;
};

/// The whole grid from the front.
ViewPoint viewPointOf(const imaging::VoxelGrid& grid);

} // namespace ui
