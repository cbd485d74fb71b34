#pragma once

#include "annotations/measure/measurement.h"
#include "app/session/session.h"
#include "ui/views/measure_marks.h"

#include <QObject>
#include <QPointF>

#include <optional>
#include <vector>

namespace ui {
class Actions;
class ShownPicture;
class ViewState;
enum class ToolId;
enum class ViewPlane : std::uint8_t;
} // namespace ui

namespace app {

/// Rulers, angles and regions: drawn by clicks or by dragging, moved by their handles, each change one step of the
/// session's.
class MeasureController : public QObject
{
    Q_OBJECT

public:
    MeasureController(Session& session, ui::Actions& actions, ui::ShownPicture& picture, ui::ViewState& state);

    /// What views tell: see ui::SliceView.
    void press(QPointF pixel, ui::ToolId tool, ui::ViewPlane which);
    void grab(const ui::MeasureHandle& handle, ui::ViewPlane which);
    void move(QPointF pixel);
    void release(QPointF pixel, bool dragged);
    void cancel();
    void removeChosen();

private:
    void begin(QPointF pixel, annotations::MeasureKind kind, ui::ViewPlane which);
    void fixPoint(QPointF pixel);
    void keepDraft();
    void keep(annotations::MeasurementTable table, const QString& step);
    annotations::Measurement drawn() const;
    void show();

    Session& m_session;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    std::optional<annotations::MeasureKind> m_kind; ///< Of the one that is being drawn.
    imaging::Plane m_plane; ///< That is drawn on.
    std::vector<imaging::PatientPoint> m_clicks; ///< Set by the user so far; the last one follows the pointer.
    std::optional<ui::MeasureHandle> m_grabbed;
    annotations::MeasurementTable m_moved; ///< All, while a handle is dragged.
    std::uint32_t m_chosen = 0;
};

} // namespace app
