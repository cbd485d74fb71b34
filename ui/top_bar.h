#pragma once

#include <QList>
#include <QMultiHash>
#include <QWidget>

#include <vector>

class QLabel;
class QMenu;
class QMenuBar;

namespace ui {

class Actions;
class Page;
class Pages;
struct Menu;

/// Menus, pages, tools and what the program may be used for, in one line. Where there is no room the parts that stand
/// in a menu too make way.
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
    void keepToolName();
    void makeRoom();

    QMultiHash<const Page*, QMenu*> m_pageMenus;
    QMenu* m_presetMenu;
    QLabel* m_toolText;
    QString m_toolName;
    QList<QWidget*> m_yielding; ///< The first makes way first.
};

} // namespace ui
