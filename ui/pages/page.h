#pragma once

#include <QAction>
#include <QList>
#include <QObject>
#include <QString>

class QWidget;

namespace ui {

class SliceView;

/// What a page puts into the window's frame, which takes the widgets over; null: nothing there.
struct PageParts
{
    QWidget* left = nullptr;
    QWidget* right = nullptr;
    QWidget* middle = nullptr; ///< In place of the picture. Null: the picture, with the tools and messages over it.
    QWidget* above = nullptr; ///< Of the middle; may hide itself while it has nothing to say.
    QWidget* below = nullptr;
    int leastLeft = 0; ///< Width of the left part at 100 % of the text size.
    QString invitation = {}; ///< What the picture says while nothing is open.
};

/// One of the things that the window is used for: panels around the picture, and commands that are there meanwhile.
class Page : public QObject
{
    Q_OBJECT

public:
    const PageParts& parts() const { return m_parts; }
    /// Checkable; takes the user here.
    QAction& opener() const { return *m_opener; }
    /// All commands of the page, also those that are there on other pages.
    const QList<QAction*>& allActions() const { return m_allActions; }
    /// The commands that are there only while the page is shown. Several pages may have the same one.
    const QList<QAction*>& ownActions() const { return m_ownActions; }

    bool isShown() const { return m_shown; }
    /// For Pages: shows or hides the commands; the frame follows with the rest.
    void setShown(bool shown);

Q_SIGNALS:
    /// The page has come into sight: what was opened meanwhile is prepared now.
    void shown();
    /// The page has put one more view into its middle (another layout): the frame connects it as those from the start.
    void viewMade(ui::SliceView* view);

protected:
    Page(const QString& name, const QString& key);

    PageParts m_parts;
    QList<QAction*> m_allActions;
    QList<QAction*> m_ownActions;

private:
    QAction* m_opener;
    bool m_shown = false;
};

} // namespace ui
