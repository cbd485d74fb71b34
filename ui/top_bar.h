#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QMenuBar;

namespace ui {

class Actions;

/// Menus, pages, tools and what the program may be used for, in one line. Where there is no room the parts that stand
/// in a menu too make way.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    explicit TopBar(const Actions& actions, QWidget* parent = nullptr);

    QMenu& segmentMenu() { return *m_segmentMenu; }
    QMenu& relabelMenu() { return *m_relabelMenu; }
    QMenu& presetMenu() { return *m_presetMenu; }
    void setToolText(const QString& text);

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeMenus(QMenuBar& bar, const Actions& actions);
    void addPages(const Actions& actions);
    void addTools(const Actions& actions);
    void makeRoom();

    QMenu* m_segmentMenu = nullptr;
    QMenu* m_relabelMenu = nullptr;
    QMenu* m_presetMenu = nullptr;
    QLabel* m_toolText;
    QList<QWidget*> m_yielding; ///< The first makes way first.
};

} // namespace ui
