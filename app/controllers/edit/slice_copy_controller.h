#pragma once

#include "annotations/filters/layer_copy.h"
#include "app/session/session.h"

#include <QObject>
#include <QString>

#include <optional>

namespace ui {
class FilterActions;
class Messages;
class ViewState;
} // namespace ui

namespace app {

/// The mask of the chosen label on the slice in hand: copied, pasted onto another slice or into another label, taken to
/// the next slice or the previous one. The copy stays as long as the program runs.
class SliceCopyController : public QObject
{
    Q_OBJECT

public:
    SliceCopyController(Session& session, ui::FilterActions& actions, ui::Messages& messages, ui::ViewState& state);

private:
    void copy();
    void paste();
    void takeTo(int by);
    std::optional<annotations::LayerCopy> shownMask();
    bool layOn(const annotations::LayerCopy& copy, int layer, const QString& step);
    bool mayDraw();
    void say(const QString& text);

    Session& m_session;
    ui::Messages& m_messages;
    ui::ViewState& m_state;
    std::optional<annotations::LayerCopy> m_copy;
};

} // namespace app
