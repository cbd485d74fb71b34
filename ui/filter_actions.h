#pragma once

#include "annotations/filters/mask_filter.h"
#include "ui/action_set.h"

#include <QList>

namespace ui {

/// The commands about masks as a whole: each filter, and masks of slices that are copied and pasted.
class FilterActions : public ActionSet
{
    Q_OBJECT

public:
    explicit FilterActions(QObject* parent = nullptr);

    QList<QAction*> kinds; ///< In the order of ui::filters(); each chooses its filter in a form.
    QAction* copySlice;
    QAction* pasteSlice;
    QAction* toNextSlice;
    QAction* toPreviousSlice;

    /// What the menu of masks has; a null makes a line.
    QList<QAction*> menu() const;

Q_SIGNALS:
    void chosen(annotations::FilterKind kind);
};

} // namespace ui
