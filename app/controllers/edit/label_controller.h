#pragma once

#include "annotations/mask_edit.h"
#include "app/session/session.h"

#include <QObject>

#include <cstdint>

namespace ui {
class Actions;
class LabelList;
class Messages;
class ShownPicture;
class ViewState;
enum class ClearExtent;
} // namespace ui

namespace app {

/// The labels of the open picture: fills the list that panels show, with how much each holds, and does what is asked
/// for there: choosing, renaming, clearing, removing.
class LabelController : public QObject
{
    Q_OBJECT

public:
    LabelController(Session& session, ui::Actions& actions, ui::LabelList& list, ui::Messages& messages,
        ui::ShownPicture& picture, ui::ViewState& state);

private:
    void updateLabels();
    void updateSizes();
    void takeEdited(annotations::LabelTable labels);
    void clearLabel(ui::ClearExtent extent);
    void removeLabel(quint16 value);
    void eraseAll(annotations::MaskEdit& edit, std::uint16_t value) const;
    QString planeText() const;

    Session& m_session;
    ui::LabelList& m_list;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
};

/// That the chosen label cannot be drawn with.
void sayLocked(ui::Messages& messages);

} // namespace app
