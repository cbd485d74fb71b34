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
class ShownPicture;
class ViewState;
struct ToolRow;
enum class ToolId;
enum class ViewPlane : std::uint8_t;
} // namespace ui

namespace app {

/// The tools of the table, in whichever view they draw; undo and redo with their names.
class EditController : public QObject
{
    Q_OBJECT

public:
    EditController(Session& session, ui::Actions& actions, ui::Messages& messages, ui::ShownPicture& picture,
        ui::ViewState& state);
    ~EditController() override;

    /// What views tell of a stroke: see ui::SliceView.
    void beginStroke(QPointF pixel, ui::ToolId id, ui::ViewPlane which);
    void moveStroke(QPointF pixel);
    void endStroke();
    void abortStroke();
    void clickStroke(QPointF pixel, double reachMm);
    void releaseClick();
    void takeBackClick();

Q_SIGNALS:
    /// The view that draws a stroke must end it.
    void strokeMustEnd();

private:
    void pictureOpened();
    void pictureClosed();
    bool isClicking() const;
    void giveUp(const QString& since);
    void undo();
    void refresh(const std::optional<annotations::MaskRegion>& painted);
    void showSketch();
    void keepStroke();
    void say(const QString& text);
    void sayUnchanged(bool clicked);
    void holdToRules();
    annotations::LabelTable labelsAfterStroke() const;
    void updateUndoTexts();

    Session& m_session;
    ui::Actions& m_actions;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    std::unique_ptr<annotations::MaskEdit> m_edit; ///< While a stroke is drawn.
    std::unique_ptr<annotations::Tool> m_tool; ///< What draws it.
    const ui::ToolRow* m_row = nullptr; ///< The tool's.
    QString m_strokeName;
    ui::ViewPlane m_which{}; ///< Where it draws.
    imaging::Plane m_plane; ///< That it draws on.
};

} // namespace app
