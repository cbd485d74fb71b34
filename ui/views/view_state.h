#pragma once

#include "imaging/window_level.h"
#include "ui/tools/tool.h"
#include "ui/views/slice_scene.h"

#include <QObject>
#include <QString>

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

    int slice() const { return m_slice; }
    int slices() const { return m_slices; }
    /// Held within the picture.
    void setSlice(int slice);
    void stepSlice(int by) { setSlice(m_slice + by); }

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
    void scaleBrush(double factor) { setBrushRadiusMm(m_brushRadiusMm * factor); }

Q_SIGNALS:
    void sliceChanged(int slice);
    void windowChanged();
    /// Inversion, smoothing, how masks are laid over the picture.
    void styleChanged();
    void overlayOpacityChanged(double opacity);
    void toolChanged(ui::ToolId tool);
    void brushRadiusChanged(double radiusMm);

private:
    int m_slice = 0;
    int m_slices = 0; ///< 0: no picture.
    double m_pixelMm = 1;
    double m_widthMm = 2000;
    imaging::WindowLevel m_window;
    QString m_windowName;
    bool m_inverted = false;
    bool m_smooth = true;
    double m_opacity = 0.35;
    OverlayStyle m_style = OverlayStyle::FillAndContour;
    bool m_overlayVisible = true;
    ToolId m_tool = ToolId::Select;
    double m_brushRadiusMm = 5;
};

} // namespace ui
