#include "imaging/grid_frame.h"
#include "imaging/slice_sides.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_input.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <cmath>

namespace ui {

namespace {

QString number(double value)
{
    return QString::number(value, 'g', std::abs(value) >= 1000 ? 6 : 4);
}

imaging::VoxelIndex nearestVoxel(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    const auto index = imaging::GridFrame(grid).toIndex(point);
    return {static_cast<int>(std::lround(index[0])), static_cast<int>(std::lround(index[1])),
        static_cast<int>(std::lround(index[2]))};
}

} // namespace

QStringList SliceView::readOut() const
{
    QStringList lines;
    const auto widget = m_input->pointer();
    if (!widget)
        return lines;
    const QPointF at = keyCursor().value_or(toPicture(*widget));
    const int column = static_cast<int>(std::floor(at.x()));
    const int row = static_cast<int>(std::floor(at.y()));
    const auto point = plane().toPatient(column, row);
    const auto voxel = nearestVoxel(m_picture.volume()->grid(), point);
    const bool onPicture = column >= 0 && row >= 0 && column < plane().columns && row < plane().rows;
    if (!onPicture || !m_picture.volume()->grid().contains(voxel))
        return lines;
    const auto& info = m_picture.volume()->info();
    QString value = number(m_picture.volume()->value(voxel));
    if (!info.unit.empty())
        value += QLatin1Char(' ') + QString::fromStdString(info.unit);
    lines << tr("x %1  y %2  px  ·  %3").arg(column).arg(row).arg(value);
    if (info.spacing == imaging::SpacingKind::Calibrated && isStack() && info.notRegular.empty()) {
        lines << tr("%1  %2  %3  mm (LPS)").arg(point.x, 0, 'f', 1).arg(point.y, 0, 'f', 1).arg(point.z, 0, 'f', 1);
    }
    if (m_input->isBrushDownByKey())
        lines.prepend(tr("Brush down: Enter lifts it"));
    return lines;
}

/// What must be known before anything is measured or described.
QStringList SliceView::badges(bool knowsSides) const
{
    const auto& info = m_picture.volume()->info();
    QStringList badges;
    if (!knowsSides)
        badges << tr("No tag says which side is the patient's right");
    if (!info.notRegular.empty())
        badges << tr("Irregular: %1").arg(QString::fromStdString(info.notRegular));
    return badges;
}

/// Size, window, zoom and slice, for the top right.
QStringList SliceView::pictureLines() const
{
    const auto& info = m_picture.volume()->info();
    QString size = tr("%1 × %2").arg(plane().columns).arg(plane().rows);
    if (info.spacing != imaging::SpacingKind::Unknown)
        size += tr("  ·  %1 mm").arg(plane().spacingMm[0], 0, 'g', 3);
    if (info.spacing == imaging::SpacingKind::AtDetector)
        size += tr(" at the detector");
    const auto window = m_state.window();
    QString line = tr("W %1  L %2").arg(number(window.width), number(window.center));
    if (!m_state.windowName().isEmpty())
        line += QStringLiteral("  (%1)").arg(m_state.windowName());
    if (m_state.isInverted())
        line += QStringLiteral("  ·  ") + tr("inverted");
    QStringList lines{size, line, tr("zoom %1 %").arg(std::lround(zoom() * 100))};
    if (const auto slice = shownSlice(); slice && isStack())
        lines << tr("slice %1 / %2").arg(*slice + 1).arg(m_picture.volume()->grid().slices);
    if (const auto& heat = m_picture.heat(); heat && samePixels(heat->plane, plane()))
        lines << heat->caption;
    return lines;
}

ViewHud SliceView::hud() const
{
    ViewHud hud;
    hud.topLeft = m_picture.caption();
    hud.topRight = pictureLines();
    hud.bottomLeft = readOut();
    const auto letters = imaging::edgeLettersOf(*m_picture.volume(), plane());
    for (std::size_t i = 0; i < letters.size(); ++i)
        hud.edges[i] = QString::fromStdString(letters[i]);
    hud.badges = badges(!letters[0].empty() || !letters[1].empty());
    hud.picture = pictureRect();
    if (m_picture.volume()->info().spacing != imaging::SpacingKind::Unknown)
        hud.mmPerPoint = plane().spacingMm[0] / zoom() * devicePixelRatioF();
    const auto slice = shownSlice();
    hud.slice = slice.value_or(0);
    hud.slices = slice ? m_picture.volume()->grid().slices : 1;
    return hud;
}

} // namespace ui
