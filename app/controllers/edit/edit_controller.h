#pragma once

#include "annotations/mask_edit.h"
#include "annotations/tools/brush.h"
#include "app/session/session.h"

#include <QObject>
#include <QPointF>

#include <memory>
#include <optional>

namespace ui {
class MainWindow;
enum class ClearExtent;
enum class Tool;
} // namespace ui

namespace app {

/// Brush and eraser, undo and redo with their names, and the labels.
class EditController : public QObject
{
    Q_OBJECT

public:
    EditController(Session& session, ui::MainWindow& window);
    ~EditController() override;

private:
    void pictureOpened();
    void pictureClosed();
    void beginStroke(QPointF voxel, ui::Tool tool);
    void moveStroke(QPointF voxel);
    void endStroke();
    void abortStroke();
    void paintTo(QPointF voxel);
    annotations::LabelTable labelsAfterStroke() const;
    void updateUndoTexts();
    void updateLabels();
    void updateSizes();
    void clearLabel(ui::ClearExtent extent);
    void removeLabel(quint16 value);
    void erase(annotations::MaskEdit& edit, std::uint16_t value, int first, int end) const;
    void sayLocked();
    void nextLabel();
    QString sizeText(std::uint16_t value) const;

    Session& m_session;
    ui::MainWindow& m_window;
    std::unique_ptr<annotations::MaskEdit> m_edit; ///< While a stroke is drawn.
    std::optional<annotations::BrushStroke> m_stroke;
    QString m_strokeName;
    bool m_erasing = false;
};

} // namespace app
