#pragma once

#include <QList>
#include <QMultiHash>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QMenu;
class QMenuBar;

namespace ui {

class Actions;
class Page;
class Pages;
struct Menu;

/// Menus, pages, tools, their options and what the program may be used for, in one line; where it is too short the
/// options have a line of their own, and the parts that stand in a menu too make way.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    TopBar(const Actions& actions, const Pages& pages, const std::vector<Menu>& menus, QWidget* parent = nullptr);

    /// Hides the menus of the other pages.
    void showMenusOf(const Page& page);
    QMenu& presetMenu() { return *m_presetMenu; }
    /// The tool in hand, with its size, and what keys and mouse do with it.
    void setToolText(const QString& name, const QString& help);
    /// What can be chosen for the tool in hand, before its text.
    void addToolOptions(QWidget* options);

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void addMenu(QMenuBar& bar, const Menu& menu);
    void addPages(const Pages& pages);
    void addTools(const Actions& actions);
    void makeRoom();
    void placeOptions(bool inLine);

    QMultiHash<const Page*, QMenu*> m_pageMenus;
    QMenu* m_presetMenu;
    QHBoxLayout* m_line;
    QWidget* m_options; ///< What can be chosen for the tool in hand, and its text.
    QLabel* m_toolText;
    QList<QWidget*> m_yielding; ///< The first makes way first.
};

} // namespace ui
