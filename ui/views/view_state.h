#pragma once

#include "annotations/tools/tool.h"
#include "imaging/plane.h"
#include "imaging/projection.h"
#include "imaging/window_level.h"
#include "ui/tools/tool.h"
#include "ui/views/slice_scene.h"
#include "ui/views/view_layout.h"
#include "ui/views/view_plane.h"

#include <QObject>
#include <QString>

#include <map>
#include <optional>
#include <string>
#include <vector>

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
    imaging::PatientPoint obliqueNormal() const { return m_obliqueNormal; }
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

    /// Which views of the picture are side by side. A picture that cannot be cut in other directions than it is stored
    /// in (a single one, or an irregular stack) is shown alone whatever was chosen.
    ViewLayout layout() const { return canBeCut() ? m_layout : ViewLayout::Single; }
    /// For this picture and later ones of its modality.
    void setLayout(ViewLayout layout);
    /// The view that is shown alone in the place of all of the layout; nothing: all are shown.
    std::optional<ViewPlane> alone() const { return m_alone; }
    /// Shows one of them alone, or all again.
    void toggleAlone(ViewPlane view);
    /// A stack at equal distances.
    bool canBeCut() const { return m_grid && m_regular && m_grid->slices > 1; }
    /// The chosen layouts by modality (0008,0060), to be kept from run to run.
    const std::map<std::string, ViewLayout>& layouts() const { return m_layouts; }
    void setLayouts(std::map<std::string, ViewLayout> layouts) { m_layouts = std::move(layouts); }
    /// The planes that the layout shows, the stored one first: it stands for the direction that it lies in.
    std::vector<ViewPlane> planesShown() const;
    /// Whether what lies in space is in sight, too.
    bool showsSolid() const;
    /// The direction that the stored slices lie in.
    imaging::Orientation storedOrientation() const;

    /// What the views show of the values across their planes; nothing: the planes alone.
    const std::optional<imaging::Slab>& slab() const { return m_slab; }
    void setSlab(std::optional<imaging::Slab> slab);

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
    /// Of the tool in hand and all others.
    const ToolChoices& choices() const { return m_choices; }
    void setChoices(const ToolChoices& choices);
    /// What every change of the masks is held to. Another picture has other labels and values: its rules begin anew,
    /// but for drawing over empty voxels only.
    const annotations::DrawRules& drawRules() const { return m_drawRules; }
    void setDrawRules(const annotations::DrawRules& rules);
    void scaleBrush(double factor) { setBrushRadiusMm(m_brushRadiusMm * factor); }

Q_SIGNALS:
    /// One of the planes, at least; comes before sliceChanged().
    void planesChanged();
    void layoutChanged();
    void slabChanged();
    void sliceChanged(int slice);
    void windowChanged();
    /// Inversion, smoothing, how masks are laid over the picture.
    void styleChanged();
    void overlayOpacityChanged(double opacity);
    void toolChanged(ui::ToolId tool);
    void brushRadiusChanged(double radiusMm);
    void paintRangeChanged();
    void choicesChanged();
    void drawRulesChanged();

private:
    void moveCrosshair(imaging::PatientPoint point);
    double obliqueStepMm() const;

    std::optional<imaging::VoxelGrid> m_grid; ///< None: no picture.
    imaging::PatientPoint m_crosshair;
    imaging::PatientPoint m_obliqueNormal{0, 0, 1}; ///< Of length 1.
    ViewPlane m_planeInHand = ViewPlane::Stored;
    bool m_regular = false; ///< The slices lie at equal distances.
    std::string m_modality;
    ViewLayout m_layout = ViewLayout::Single;
    std::map<std::string, ViewLayout> m_layouts;
    std::optional<ViewPlane> m_alone;
    std::optional<imaging::Slab> m_slab;
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
    ToolChoices m_choices;
    annotations::DrawRules m_drawRules;
};

} // namespace ui
