#include "ui/pages/relabel_actions.h"

namespace ui {

RelabelActions::RelabelActions(QObject* parent)
    : ActionSet(parent)
{
    newCohort = add(tr("New Cohort…"), QStringLiteral("Ctrl+N"));
    openCohort = add(tr("Open Cohort…"), QStringLiteral("Ctrl+Alt+O"));
    importCases = add(tr("Import into the Cohort…"), QStringLiteral("Ctrl+Alt+I"));
    predictCases = add(tr("Predict the Cases That Wait"), QStringLiteral("Ctrl+Alt+P"));
    trainModel = add(tr("Train a Model"), QStringLiteral("Ctrl+Alt+T"));
    stopTraining = add(tr("Stop the Training, Keep the Best"), {});
    exportCases = add(tr("Export the Cohort…"), QStringLiteral("Ctrl+Alt+E"));
    closeCohort = add(tr("Close Cohort"), QStringLiteral("Ctrl+Alt+W"));
    reviewAccept = add(tr("Accept the Case"), QStringLiteral("A"));
    reviewEdit = add(tr("Edit the Case"), QStringLiteral("E"));
    reviewReject = add(tr("Reject the Case"), QStringLiteral("R"));
    reviewNext = add(tr("Next Case"), QStringLiteral("N"));
    reviewBack = add(tr("Back to the Case Before"), QStringLiteral("P"));
    reviewNote = add(tr("Write a Note to the Decision"), QStringLiteral("Shift+N"));
    focusQueue = add(tr("Go to the Queue"), QStringLiteral("Q"));
}

QList<QAction*> RelabelActions::ofThePage() const
{
    QList<QAction*> own = all();
    own.removeOne(newCohort);
    own.removeOne(openCohort);
    return own;
}

} // namespace ui
