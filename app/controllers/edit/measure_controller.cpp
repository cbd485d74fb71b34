#include "app/controllers/edit/measure_controller.h"

#include "ui/actions.h"
#include "ui/tools/tool_table.h"
#include "ui/views/measure_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <algorithm>
#include <utility>

namespace app {

namespace {

using annotations::Measurement;
using annotations::MeasureKind;
using imaging::PatientPoint;

/// How many points the user sets: an ellipse is drawn by two corners around it.
std::size_t clicksOf(MeasureKind kind)
{
    return kind == MeasureKind::Ellipse ? 2 : pointsOf(kind);
}

/// Centre and half axes of the ellipse between two corners.
std::vector<PatientPoint> ellipseBetween(const imaging::Plane& plane, PatientPoint a, PatientPoint b)
{
    const PatientPoint centre = 0.5 * (a + b);
    const PatientPoint half = 0.5 * (b - a);
    return {centre, centre + std::abs(dot(half, plane.axes[0])) * plane.axes[0],
        centre + std::abs(dot(half, plane.axes[1])) * plane.axes[1]};
}

/// The centre takes all along; the half axes stay at right angles.
void moveEllipsePoint(Measurement& ellipse, std::size_t point, PatientPoint to)
{
    auto& p = ellipse.points;
    if (point == 0) {
        const PatientPoint by = to - p[0];
        for (auto& each : p)
            each = each + by;
        return;
    }
    const std::size_t other = 3 - point;
    const double otherLength = length(p[other] - p[0]);
    p[point] = to;
    const double own = length(to - p[0]);
    if (!(own > 0))
        return;
    const auto across = cross(ellipse.plane.normal(), (1 / own) * (to - p[0]));
    const double side = dot(across, p[other] - p[0]) < 0 ? -1 : 1;
    p[other] = p[0] + side * otherLength * across;
}

void movePoint(Measurement& measurement, std::size_t point, PatientPoint to)
{
    if (measurement.kind == MeasureKind::Ellipse)
        moveEllipsePoint(measurement, point, to);
    else
        measurement.points[point] = to;
}

Measurement* find(annotations::MeasurementTable& table, std::uint32_t id)
{
    const auto found = std::find_if(table.begin(), table.end(), [id](const Measurement& m) { return m.id == id; });
    return found == table.end() ? nullptr : &*found;
}

} // namespace

MeasureController::MeasureController(
    Session& session, ui::Actions& actions, ui::ShownPicture& picture, ui::ViewState& state)
    : m_session(session)
    , m_picture(picture)
    , m_state(state)
{
    connect(&session, &Session::measurementsChanged, this, &MeasureController::show);
    connect(&session, &Session::closed, this, [this] {
        m_chosen = 0;
        cancel();
    });
    connect(&state, &ui::ViewState::toolChanged, this, &MeasureController::cancel);
    connect(actions.removeMeasurement, &QAction::triggered, this, &MeasureController::removeChosen);
    connect(actions.removeMeasurements, &QAction::triggered, this, [this] { keep({}, tr("Remove all measurements")); });
}

void MeasureController::press(QPointF pixel, ui::ToolId tool, ui::ViewPlane which)
{
    if (!m_session.isOpen() || m_session.refusesEdit())
        return;
    const auto& kind = ui::toolRow(tool).measures;
    const auto plane = m_state.plane(which);
    if (!kind || !plane)
        return;
    if (m_kind && samePixels(*plane, m_plane))
        fixPoint(pixel);
    else
        begin(pixel, *kind, which);
    show();
}

void MeasureController::begin(QPointF pixel, MeasureKind kind, ui::ViewPlane which)
{
    m_plane = *m_state.plane(which);
    m_kind = kind;
    m_chosen = 0;
    m_clicks.assign(2, m_plane.toPatient(pixel.x(), pixel.y()));
}

/// The last point stays where it is; another one follows the pointer, or all is drawn.
void MeasureController::fixPoint(QPointF pixel)
{
    m_clicks.back() = m_plane.toPatient(pixel.x(), pixel.y());
    if (m_clicks.size() == clicksOf(*m_kind))
        keepDraft();
    else
        m_clicks.push_back(m_clicks.back());
}

void MeasureController::keepDraft()
{
    Measurement made = drawn();
    m_kind.reset();
    auto table = m_session.measurements();
    made.id = annotations::freeId(table);
    m_chosen = made.id;
    table.push_back(std::move(made));
    keep(std::move(table), ui::nameOf(table.back().kind));
}

void MeasureController::keep(annotations::MeasurementTable table, const QString& step)
{
    m_session.finishStroke();
    m_session.setMeasurements(table, step);
}

/// What is being drawn, without an id.
Measurement MeasureController::drawn() const
{
    Measurement measurement{0, *m_kind, m_plane, m_clicks, {}};
    if (*m_kind == MeasureKind::Ellipse)
        measurement.points = ellipseBetween(m_plane, m_clicks[0], m_clicks[1]);
    return measurement;
}

void MeasureController::grab(const ui::MeasureHandle& handle, ui::ViewPlane which)
{
    cancel();
    const auto plane = m_state.plane(which);
    if (!plane)
        return;
    m_plane = *plane;
    m_chosen = handle.id;
    m_grabbed = handle;
    m_moved = m_session.measurements();
    show();
}

void MeasureController::move(QPointF pixel)
{
    const PatientPoint to = m_plane.toPatient(pixel.x(), pixel.y());
    if (m_kind)
        m_clicks.back() = to;
    else if (auto* measurement = m_grabbed ? find(m_moved, m_grabbed->id) : nullptr)
        movePoint(*measurement, m_grabbed->point, to);
    else
        return;
    show();
}

void MeasureController::release(QPointF pixel, bool dragged)
{
    if (m_kind && dragged)
        fixPoint(pixel);
    if (m_grabbed) {
        m_grabbed.reset();
        if (dragged)
            keep(std::exchange(m_moved, {}), tr("Move a measurement"));
    }
    show();
}

void MeasureController::cancel()
{
    m_kind.reset();
    m_grabbed.reset();
    show();
}

void MeasureController::removeChosen()
{
    auto table = m_session.measurements();
    const auto* chosen = find(table, m_chosen);
    if (!chosen)
        return;
    const QString step = tr("Remove “%1”").arg(ui::nameOf(chosen->kind));
    std::erase_if(table, [this](const Measurement& m) { return m.id == m_chosen; });
    m_chosen = 0;
    m_grabbed.reset();
    keep(std::move(table), step);
}

void MeasureController::show()
{
    std::vector<ui::ShownMeasurement> shown;
    if (!m_session.isOpen())
        return m_picture.setMeasurements({});
    // What has not changed is not measured again at every move of the pointer: an ellipse looks at all its pixels.
    const auto& before = m_picture.measurements();
    const auto textOf = [&](const Measurement& measurement) {
        const auto same = std::find_if(before.begin(), before.end(),
            [&](const ui::ShownMeasurement& old) { return old.measurement == measurement; });
        return same == before.end() ? ui::measurementText(measurement, *m_session.volume()) : same->text;
    };
    const auto add = [&](const Measurement& measurement) {
        shown.push_back({measurement, textOf(measurement), measurement.id == m_chosen || measurement.id == 0});
    };
    for (const auto& measurement : m_grabbed ? m_moved : m_session.measurements())
        add(measurement);
    if (m_kind)
        add(drawn());
    m_picture.setMeasurements(std::move(shown));
}

} // namespace app
