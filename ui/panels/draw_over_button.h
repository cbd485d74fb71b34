#pragma once

#include <QToolButton>

class QMenu;

namespace ui {

class ShownPicture;
class ViewState;

/// What may be drawn over: says it, and opens the choice. Everything, only what is empty, only what lies in one label,
/// and only values in a range. It holds for all tools and for what a model proposes (ViewState::drawRules).
class DrawOverButton : public QToolButton
{
    Q_OBJECT

public:
    /// Both must outlive the button.
    DrawOverButton(const ShownPicture& picture, ViewState& state, QWidget* parent = nullptr);

private:
    void fillMenu();
    void addChoice(const QString& text, bool checked, int mode, int label);
    void addRange();
    void describe();
    QString overText() const;

    const ShownPicture& m_picture;
    ViewState& m_state;
    QMenu* m_menu;
};

} // namespace ui
