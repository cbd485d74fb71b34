#pragma once

#include "annotations/mask_edit.h"
#include "annotations/tools/tool.h"
#include "app/session/session.h"

#include <QObject>
#include <QPointF>

#include <memory>
#include <optional>

namespace ui {
class Actions;
class Messages;
class SegmentPage;
class SliceView;
class ViewState;
enum class ClearExtent;
enum class ToolId;
} // namespace ui

namespace app {

/// The tools of the table, undo and redo with their names, and the labels.
class EditController : public QObject
{
    Q_OBJECT

public:
    EditController(Session& session, ui::Actions& actions, ui::SegmentPage& page, ui::Messages& messages,
        ui::SliceView& view, ui::ViewState& state);
    ~EditController() override;

private:
    void pictureOpened();
    void pictureClosed();
    void beginStroke(QPointF pixel, ui::ToolId id);
    void moveStroke(QPointF pixel);
    void refresh(const std::optional<annotations::MaskRegion>& painted);
    void endStroke();
    void abortStroke();
    annotations::LabelTable labelsAfterStroke() const;
    void updateUndoTexts();
    void updateLabels();
    void updateSizes();
    void takeEdited(annotations::LabelTable labels);
    void clearLabel(ui::ClearExtent extent);
    void removeLabel(quint16 value);
    void erase(annotations::MaskEdit& edit, std::uint16_t value, int first, int end) const;
    void sayLocked();
    void nextLabel();
    QString sizeText(std::uint16_t value) const;

    Session& m_session;
    ui::Actions& m_actions;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::SliceView& m_view;
    ui::ViewState& m_state;
    std::unique_ptr<annotations::MaskEdit> m_edit; ///< While a stroke is drawn.
    std::unique_ptr<annotations::Tool> m_tool; ///< What draws it.
    QString m_strokeName;
    annotations::ToolEffect m_effect = annotations::ToolEffect::Paints;
};

} // namespace app
