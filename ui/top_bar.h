#pragma once

#include <QHash>
#include <QList>
#include <QWidget>

class QLabel;
class QMenu;
class QMenuBar;

namespace ui {

class Actions;
class Pages;
enum class PageId;

/// Menus, pages, tools and what the program may be used for, in one line. Where there is no room the parts that stand
/// in a menu too make way.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    TopBar(const Actions& actions, Pages& pages, QWidget* parent = nullptr);

    /// Hides the menus of the other pages.
    void showMenuOf(PageId page);
    QMenu& presetMenu() { return *m_presetMenu; }
    void setToolText(const QString& text);

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeMenus(QMenuBar& bar, const Actions& actions, Pages& pages);
    void makeViewMenu(QMenu& menu, const Actions& actions);
    void addPages(Pages& pages);
    void addTools(const Actions& actions);
    void makeRoom();

    QHash<PageId, QMenu*> m_pageMenus;
    QMenu* m_presetMenu = nullptr;
    QLabel* m_toolText;
    QList<QWidget*> m_yielding; ///< The first makes way first.
};

} // namespace ui
