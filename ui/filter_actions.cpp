#include "ui/filter_actions.h"

#include "ui/models/filter_table.h"

namespace ui {

FilterActions::FilterActions(QObject* parent)
    : ActionSet(parent)
{
    for (const auto& row : filters()) {
        QAction* action = add(tr("%1…").arg(row.name), {});
        connect(action, &QAction::triggered, this, [this, kind = row.kind] { Q_EMIT chosen(kind); });
        kinds << action;
    }
    copySlice = add(tr("Copy the Mask of This Slice"), QStringLiteral("Ctrl+Shift+C"));
    pasteSlice = add(tr("Paste the Mask onto This Slice"), QStringLiteral("Ctrl+Shift+V"));
    toNextSlice = add(tr("Take the Mask to the Next Slice"), QStringLiteral("Alt+Shift+Down"));
    toPreviousSlice = add(tr("Take the Mask to the Previous Slice"), QStringLiteral("Alt+Shift+Up"));
}

QList<QAction*> FilterActions::menu() const
{
    QList<QAction*> actions{copySlice, pasteSlice, toNextSlice, toPreviousSlice, nullptr};
    for (qsizetype i = 0; i < kinds.size(); ++i) {
        if (filters()[static_cast<std::size_t>(i)].beginsGroup)
            actions << nullptr;
        actions << kinds[i];
    }
    return actions;
}

} // namespace ui
