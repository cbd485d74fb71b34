#pragma once

#include "ui/action_set.h"

namespace ui {

/// The commands of the Relabel page: the cohort and the decisions about its cases.
class RelabelActions : public ActionSet
{
    Q_OBJECT

public:
    explicit RelabelActions(QObject* parent = nullptr);

    QAction* newCohort; ///< These two are there on every page: they lead to this one.
    QAction* openCohort;
    QAction* importCases;
    QAction* predictCases;
    QAction* trainModel;
    QAction* stopTraining;
    QAction* exportCases;
    QAction* closeCohort;
    QAction* reviewAccept;
    QAction* reviewEdit;
    QAction* reviewReject;
    QAction* reviewNext;
    QAction* reviewBack;
    QAction* reviewNote;
    QAction* focusQueue;

    /// Those that are there only while the page is shown.
    QList<QAction*> ofThePage() const;
};

} // namespace ui
