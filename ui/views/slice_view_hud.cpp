#include "imaging/laterality.h"
#include "imaging/slice.h"
#include "ui/views/slice_input.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <cmath>
#include <cstdio>

namespace ui {

namespace {

QString number(double value)
{
    return QString::number(value, 'g', std::abs(value) >= 1000 ? 6 : 4);
}

/// As (0020,0037) has them.
std::string orientationOf(const imaging::VoxelGrid& grid)
{
    const auto& [row, column, normal] = grid.axes;
    char text[160];
    std::snprintf(text, sizeof text, "%.6f\\%.6f\\%.6f\\%.6f\\%.6f\\%.6f", row.x, row.y, row.z, column.x, column.y,
        column.z);
    return text;
}

std::array<std::string, 4> lettersOf(const imaging::Volume& volume, int slice)
{
    const auto& info = volume.info();
    if (info.sources.empty() && info.study.patientOrientation.empty()) // NIfTI and NRRD know axes, no tags.
        return info.axesKnown && info.sidesDoubt == imaging::SidesDoubt::None
                && info.spacing == imaging::SpacingKind::Calibrated
            ? imaging::edgeLetters(orientationOf(volume.grid()), {})
            : std::array<std::string, 4>{};
    const auto at = static_cast<std::size_t>(slice);
    const std::string orientation = at < info.sources.size() ? info.sources[at].imageOrientation : std::string();
    return imaging::edgeLetters(orientation, info.study.patientOrientation);
}

} // namespace

QStringList SliceView::readOut() const
{
    QStringList lines;
    const auto widget = m_input->pointer();
    if (!widget)
        return lines;
    const QPointF at = keyCursor().value_or(toPicture(*widget));
    const imaging::VoxelIndex voxel{
        static_cast<int>(std::floor(at.x())), static_cast<int>(std::floor(at.y())), m_slice};
    if (!m_volume->grid().contains(voxel))
        return lines;
    const auto& info = m_volume->info();
    QString value = number(m_volume->value(voxel));
    if (!info.unit.empty())
        value += QLatin1Char(' ') + QString::fromStdString(info.unit);
    lines << tr("x %1  y %2  px  ·  %3").arg(voxel.column).arg(voxel.row).arg(value);
    if (info.spacing == imaging::SpacingKind::Calibrated && isStack() && info.notRegular.empty()) {
        const auto mm = m_volume->grid().toPatient(voxel.column, voxel.row, voxel.slice);
        lines << tr("%1  %2  %3  mm (LPS)").arg(mm.x, 0, 'f', 1).arg(mm.y, 0, 'f', 1).arg(mm.z, 0, 'f', 1);
    }
    if (m_input->isBrushDownByKey())
        lines.prepend(tr("Brush down: Enter lifts it"));
    return lines;
}

/// What must be known before anything is measured or described.
QStringList SliceView::badges() const
{
    const auto& info = m_volume->info();
    QStringList badges;
    const auto letters = lettersOf(*m_volume, m_slice);
    if (letters[0].empty() && letters[1].empty())
        badges << tr("No tag says which side is the patient's right");
    if (!info.notRegular.empty())
        badges << tr("Irregular: %1").arg(QString::fromStdString(info.notRegular));
    return badges;
}

/// Size, window, zoom and slice, for the top right.
QStringList SliceView::pictureLines() const
{
    const auto& grid = m_volume->grid();
    const auto& info = m_volume->info();
    QString size = tr("%1 × %2").arg(grid.columns).arg(grid.rows);
    if (info.spacing != imaging::SpacingKind::Unknown)
        size += tr("  ·  %1 mm").arg(grid.spacingMm[0], 0, 'g', 3);
    if (info.spacing == imaging::SpacingKind::AtDetector)
        size += tr(" at the detector");
    const auto window = m_state.window();
    QString line = tr("W %1  L %2").arg(number(window.width), number(window.center));
    if (!m_state.windowName().isEmpty())
        line += QStringLiteral("  (%1)").arg(m_state.windowName());
    if (m_state.isInverted())
        line += QStringLiteral("  ·  ") + tr("inverted");
    QStringList lines{size, line, tr("zoom %1 %").arg(std::lround(zoom() * 100))};
    if (isStack())
        lines << tr("slice %1 / %2").arg(m_slice + 1).arg(grid.slices);
    if (m_heat && m_heat->slice == m_slice)
        lines << m_heat->caption;
    return lines;
}

ViewHud SliceView::hud() const
{
    const auto& grid = m_volume->grid();
    ViewHud hud;
    hud.topLeft = m_caption;
    hud.topRight = pictureLines();
    hud.bottomLeft = readOut();
    const auto letters = lettersOf(*m_volume, m_slice);
    for (std::size_t i = 0; i < letters.size(); ++i)
        hud.edges[i] = QString::fromStdString(letters[i]);
    hud.badges = badges();
    hud.picture = pictureRect();
    if (m_volume->info().spacing != imaging::SpacingKind::Unknown)
        hud.mmPerPoint = grid.spacingMm[0] / zoom() * devicePixelRatioF();
    hud.slice = m_slice;
    hud.slices = grid.slices;
    return hud;
}

} // namespace ui
