#include "ui/views/shown_picture.h"

#include "ui/views/view_state.h"

#include <utility>

namespace ui {

ShownPicture::ShownPicture(ViewState& state, QObject* parent)
    : QObject(parent)
    , m_state(state)
{
}

void ShownPicture::setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> prepared)
{
    m_preview.reset();
    m_heat.reset();
    m_surfaces.clear();
    m_sketch.reset();
    m_measurements.clear();
    m_map = nullptr;
    m_prepared = std::move(prepared);
    m_volume = std::move(volume);
    Q_EMIT volumeChanged();
    m_volume ? m_state.begin(*m_volume) : m_state.end();
}

std::optional<SlicePixels> ShownPicture::takePrepared(const imaging::Plane& plane)
{
    if (!m_prepared || m_prepared->plane() != plane)
        return std::nullopt;
    return std::exchange(m_prepared, std::nullopt);
}

void ShownPicture::setLabelMap(const annotations::LabelMap* map)
{
    m_map = map;
    Q_EMIT labelMapChanged();
}

void ShownPicture::setLabels(const std::vector<annotations::Label>& labels)
{
    m_labels = labels;
    m_colours.clear();
    for (const auto& label : labels) {
        if (label.value >= m_colours.size())
            m_colours.resize(label.value + 1U, 0);
        m_colours[label.value] =
            label.visible ? qRgb(label.colour[0], label.colour[1], label.colour[2]) : qRgba(0, 0, 0, 0);
    }
    Q_EMIT overlayChanged();
}

void ShownPicture::refreshMasks(const std::optional<annotations::MaskRegion>& region)
{
    Q_EMIT masksChanged(region);
}

void ShownPicture::setPreview(std::optional<SlicePreview> preview)
{
    m_preview = std::move(preview);
    Q_EMIT overlayChanged();
}

void ShownPicture::setPreviewThreshold(float threshold)
{
    if (!m_preview)
        return;
    m_preview->threshold = threshold;
    Q_EMIT overlayChanged();
}

void ShownPicture::setPreviewColours(std::vector<QRgb> colours)
{
    if (!m_preview || m_preview->colours == colours)
        return;
    m_preview->colours = std::move(colours);
    Q_EMIT overlayChanged();
}

void ShownPicture::setHeat(std::optional<SliceHeat> heat)
{
    m_heat = std::move(heat);
    Q_EMIT overlayChanged();
}

void ShownPicture::setSurfaces(std::vector<SolidSurface> surfaces)
{
    if (surfaces == m_surfaces)
        return;
    m_surfaces = std::move(surfaces);
    Q_EMIT surfacesChanged();
}

void ShownPicture::setSketch(std::optional<ToolSketch> sketch)
{
    if (!sketch && !m_sketch)
        return;
    m_sketch = std::move(sketch);
    Q_EMIT sketchChanged();
}

void ShownPicture::setMeasurements(std::vector<ShownMeasurement> measurements)
{
    if (measurements.empty() && m_measurements.empty())
        return;
    m_measurements = std::move(measurements);
    Q_EMIT sketchChanged();
}

void ShownPicture::setSubject(const QString& subject)
{
    m_subject = subject;
    Q_EMIT subjectChanged();
}

void ShownPicture::setInvitation(const QString& text)
{
    m_invitation = text;
    Q_EMIT notesChanged();
}

void ShownPicture::setCaption(const QStringList& lines)
{
    m_caption = lines;
    Q_EMIT notesChanged();
}

void ShownPicture::showReading(int job, const QString& title, double fraction)
{
    if (title.isEmpty())
        return;
    m_reading = ReadingNote{job, title, fraction};
    Q_EMIT notesChanged();
}

void ShownPicture::endReading(int job)
{
    if (!m_reading || job != m_reading->job)
        return;
    m_reading.reset();
    Q_EMIT notesChanged();
}

} // namespace ui
