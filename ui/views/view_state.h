#pragma once

#include "annotations/tools/tool.h"
#include "imaging/plane.h"
#include "imaging/window_level.h"
#include "ui/tools/tool.h"
#include "ui/views/slice_scene.h"
#include "ui/views/view_plane.h"

#include <QObject>
#include <QString>

#include <optional>

namespace imaging {
class Volume;
}

namespace ui {

/// What all views of the open picture share: where they look, how they show values and masks, which tool is in hand.
/// Holds no document; of the picture it knows what limits these.
class ViewState : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Another picture: its middle slice, its opening window, a brush that suits it.
    void begin(const imaging::Volume& volume);
    /// No picture: the ground that is empty.
    void end();

    /// Where the planes of all views meet.
    imaging::PatientPoint crosshair() const { return m_crosshair; }
    /// Held within the picture.
    void setCrosshair(imaging::PatientPoint point);
    /// The direction that the oblique plane lies across, of any length. Throws imaging::Error(WrongUse) for none.
    void setObliqueNormal(imaging::PatientPoint normal);
    /// The plane through the crosshair; nothing without a picture.
    std::optional<imaging::Plane> plane(ViewPlane view) const;

    /// Of the view that commands are meant for, such as clearing a label on what it shows.
    ViewPlane planeInHand() const { return m_planeInHand; }
    void setPlaneInHand(ViewPlane view) { m_planeInHand = view; }

    /// How many planes a view can be stepped through, and on which of them it is, from 0. Oblique ones lie as far apart
    /// as the voxels where they are finest.
    int layers(ViewPlane view) const;
    int layer(ViewPlane view) const;
    /// Moves the crosshair across the view's plane; held within the picture.
    void setLayer(ViewPlane view, int layer);
    void stepLayer(ViewPlane view, int by) { setLayer(view, layer(view) + by); }

    /// The same for slices as they are stored.
    int slice() const { return layer(ViewPlane::Stored); }
    int slices() const { return layers(ViewPlane::Stored); }
    void setSlice(int slice) { setLayer(ViewPlane::Stored, slice); }

    imaging::WindowLevel window() const { return m_window; }
    /// What the window is called; empty: it was chosen freely.
    const QString& windowName() const { return m_windowName; }
    void setWindow(imaging::WindowLevel window, const QString& name = {});
    /// Multiplies the window's width and moves its centre by a part of the width.
    void changeWindow(double widthFactor, double centreShift);
    /// On top of the picture's own polarity.
    bool isInverted() const { return m_inverted; }
    void setInverted(bool inverted);
    bool isSmooth() const { return m_smooth; }
    void setSmooth(bool smooth);

    double overlayOpacity() const { return m_opacity; }
    void setOverlayOpacity(double opacity);
    OverlayStyle overlayStyle() const { return m_style; }
    void setOverlayStyle(OverlayStyle style);
    bool isOverlayVisible() const { return m_overlayVisible; }
    void setOverlayVisible(bool visible);

    ToolId tool() const { return m_tool; }
    void setTool(ToolId tool);
    double brushRadiusMm() const { return m_brushRadiusMm; }
    /// Held between half a pixel and half the picture.
    void setBrushRadiusMm(double radius);
    /// Of the values that the threshold brush paints; begins with those that the opening window tells apart.
    const annotations::ValueRange& paintRange() const { return m_paintRange; }
    /// Nothing for a range that ends before it begins.
    void setPaintRange(annotations::ValueRange range);
    void scaleBrush(double factor) { setBrushRadiusMm(m_brushRadiusMm * factor); }

Q_SIGNALS:
    /// One of the planes, at least; comes before sliceChanged().
    void planesChanged();
    void sliceChanged(int slice);
    void windowChanged();
    /// Inversion, smoothing, how masks are laid over the picture.
    void styleChanged();
    void overlayOpacityChanged(double opacity);
    void toolChanged(ui::ToolId tool);
    void brushRadiusChanged(double radiusMm);
    void paintRangeChanged();

private:
    void moveCrosshair(imaging::PatientPoint point);
    double obliqueStepMm() const;

    std::optional<imaging::VoxelGrid> m_grid; ///< None: no picture.
    imaging::PatientPoint m_crosshair;
    imaging::PatientPoint m_obliqueNormal{0, 0, 1}; ///< Of length 1.
    ViewPlane m_planeInHand = ViewPlane::Stored;
    imaging::WindowLevel m_window;
    QString m_windowName;
    bool m_inverted = false;
    bool m_smooth = true;
    double m_opacity = 0.35;
    OverlayStyle m_style = OverlayStyle::FillAndContour;
    bool m_overlayVisible = true;
    ToolId m_tool = ToolId::Select;
    double m_brushRadiusMm = 5;
    annotations::ValueRange m_paintRange;
};

} // namespace ui
