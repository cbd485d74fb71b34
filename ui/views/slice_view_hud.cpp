#include "imaging/grid_frame.h"
#include "imaging/slice_sides.h"
#include "ui/views/crosshair.h"
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

QString slabText(const imaging::Slab& slab)
{
    const std::array names{SliceView::tr("maximum of %1 mm"), SliceView::tr("minimum of %1 mm"), SliceView::tr("mean of %1 mm")};
    return names[static_cast<std::size_t>(slab.projection)].arg(slab.thicknessMm, 0, 'g', 3);
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
    lines += placeLines();
    if (const auto& heat = m_picture.heat(); heat && samePixels(heat->plane, plane()))
        lines << heat->caption;
    return lines;
}

/// Which of the planes is shown, and what of the values across it.
QStringList SliceView::placeLines() const
{
    QStringList lines;
    if (const auto slice = shownSlice(); slice && isStack())
        lines << tr("slice %1 / %2").arg(*slice + 1).arg(m_picture.volume()->grid().slices);
    else if (isStack())
        lines << tr("layer %1 / %2").arg(m_state.layer(m_which) + 1).arg(m_state.layers(m_which));
    if (const auto& slab = m_state.slab())
        lines << slabText(*slab);
    return lines;
}

ViewHud SliceView::hud() const
{
    ViewHud hud;
    const bool isOneOfSeveral = m_state.planesShown().size() > 1;
    // What is said of the picture is said once.
    const bool isFirst = !isOneOfSeveral || m_which == ViewPlane::Stored;
    if (isFirst)
        hud.topLeft = m_picture.caption();
    hud.topRight = isFirst ? pictureLines() : placeLines();
    if (isOneOfSeveral) {
        hud.title = nameOf(m_which, m_state.storedOrientation());
        hud.titleColour = colourOf(m_which, m_state.storedOrientation());
    }
    hud.bottomLeft = readOut();
    const auto letters = imaging::edgeLettersOf(*m_picture.volume(), plane());
    for (std::size_t i = 0; i < letters.size(); ++i)
        hud.edges[i] = QString::fromStdString(letters[i]);
    if (isFirst)
        hud.badges = badges(!letters[0].empty() || !letters[1].empty());
    hud.picture = pictureRect();
    if (m_picture.volume()->info().spacing != imaging::SpacingKind::Unknown)
        hud.mmPerPoint = plane().spacingMm[0] / zoom() * devicePixelRatioF();
    hud.slice = m_state.layer(m_which);
    hud.slices = m_state.layers(m_which);
    return hud;
}

} // namespace ui
