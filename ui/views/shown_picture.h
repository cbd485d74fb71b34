#pragma once

#include "annotations/label.h"
#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "annotations/tools/tool.h"
#include "imaging/plane.h"
#include "imaging/volume.h"
#include "ui/render/solid_scene.h"
#include "ui/views/measure_marks.h"
#include "ui/views/slice_pixels.h"

#include <QObject>
#include <QRgb>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ui {

class ViewState;

/// Probabilities shown as the mask that a threshold gives, on one plane; see ScenePreview.
struct SlicePreview
{
    imaging::Plane plane; ///< Whose pixels they are; on others they are not shown.
    std::vector<float> probabilities;
    std::vector<std::uint8_t> classes;
    float threshold = 0.5F;
    std::vector<QRgb> colours;
};

/// Heat over one plane, 0..1 a pixel, and what it is, for the view's corner.
struct SliceHeat
{
    imaging::Plane plane;
    std::vector<float> values;
    double opacity = 0.65;
    QString caption;
};

/// What a tool has drawn on a plane that is no mask yet.
struct ToolSketch
{
    imaging::Plane plane;
    annotations::ToolOutline outline;
    QRgb colour = 0;
};

/// What is being read, and how far it is.
struct ReadingNote
{
    int job = 0;
    QString title;
    double fraction = 0; ///< 0..1.
};

/// What all views of a picture show: its volume, the masks over it, the model's proposal and its heat, what a tool
/// is drawing, and what is said of it. Controllers put it in, views follow it; where they look and how is their ViewState's. Holds no document:
/// masks are read from the map that it was given.
class ShownPicture : public QObject
{
    Q_OBJECT

public:
    /// Each picture brings `state`, which must outlive this, to its beginning.
    explicit ShownPicture(ViewState& state, QObject* parent = nullptr);

    /// Another picture, without masks, proposal and heat; null: the empty ground. `prepared` are the pixels of one of
    /// its planes, when another thread has made their halved copies already: of a large picture they take a while.
    void setVolume(std::shared_ptr<const imaging::Volume> volume, std::optional<SlicePixels> prepared = std::nullopt);
    const std::shared_ptr<const imaging::Volume>& volume() const { return m_volume; }
    /// The prepared pixels, once, for the view that shows their plane.
    std::optional<SlicePixels> takePrepared(const imaging::Plane& plane);

    /// The masks to draw: must outlive this or be replaced; null: none.
    void setLabelMap(const annotations::LabelMap* map);
    const annotations::LabelMap* labelMap() const { return m_map; }
    void setLabels(const std::vector<annotations::Label>& labels);
    const std::vector<annotations::Label>& labels() const { return m_labels; }
    /// By label value; alpha 0 hides a label.
    const std::vector<QRgb>& colours() const { return m_colours; }
    /// The map's voxels in `region`, or anywhere, have changed.
    void refreshMasks(const std::optional<annotations::MaskRegion>& region = std::nullopt);

    void setPreview(std::optional<SlicePreview> preview);
    void setPreviewThreshold(float threshold);
    void setPreviewColours(std::vector<QRgb> colours);
    const std::optional<SlicePreview>& preview() const { return m_preview; }

    /// The skins of the segments, for views in space.
    void setSurfaces(std::vector<SolidSurface> surfaces);
    const std::vector<SolidSurface>& surfaces() const { return m_surfaces; }

    void setHeat(std::optional<SliceHeat> heat);
    const std::optional<SliceHeat>& heat() const { return m_heat; }

    /// While a tool is in use that shows one; none: nothing is being drawn.
    void setSketch(std::optional<ToolSketch> sketch);
    const std::optional<ToolSketch>& sketch() const { return m_sketch; }

    void setMeasurements(std::vector<ShownMeasurement> measurements);
    const std::vector<ShownMeasurement>& measurements() const { return m_measurements; }

    /// What is shown in one line, for the window's title; plain text.
    const QString& subject() const { return m_subject; }
    void setSubject(const QString& subject);

    /// What views say while nothing is open.
    const QString& invitation() const { return m_invitation; }
    void setInvitation(const QString& text);

    /// Lines on who and what is shown. Plain text.
    void setCaption(const QStringList& lines);
    const QStringList& caption() const { return m_caption; }

    /// Says what is being read and how far it is, until that job ends; an empty title says nothing.
    void showReading(int job, const QString& title, double fraction);
    void endReading(int job);
    const std::optional<ReadingNote>& reading() const { return m_reading; }

Q_SIGNALS:
    /// Before the state begins with it: what views have of the picture before is no longer true.
    void volumeChanged();
    /// Another map.
    void labelMapChanged();
    /// Voxels of the map; nothing: anywhere.
    void masksChanged(const std::optional<annotations::MaskRegion>& region);
    /// Colours, proposal or heat.
    void overlayChanged();
    void surfacesChanged();
    /// What a tool draws, or a measurement.
    void sketchChanged();
    void subjectChanged();
    /// The caption, what is being read, or the invitation.
    void notesChanged();

private:
    ViewState& m_state;
    std::shared_ptr<const imaging::Volume> m_volume;
    std::optional<SlicePixels> m_prepared;
    const annotations::LabelMap* m_map = nullptr;
    std::vector<annotations::Label> m_labels;
    std::vector<QRgb> m_colours;
    std::optional<SlicePreview> m_preview;
    std::optional<SliceHeat> m_heat;
    std::vector<SolidSurface> m_surfaces;
    std::optional<ToolSketch> m_sketch;
    std::vector<ShownMeasurement> m_measurements;
    QString m_subject;
    QString m_invitation;
    QStringList m_caption;
    std::optional<ReadingNote> m_reading;
};

} // namespace ui
