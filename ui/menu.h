#pragma once

#include <QAction>
#include <QList>
#include <QString>

namespace ui {

class Page;

/// A menu of the window's bar.
struct Menu
{
    QString title;
    QList<QAction*> actions; ///< A null makes a line between what stands before and after it.
    const Page* page = nullptr; ///< That it is there on; null: on all.
};

} // namespace ui
