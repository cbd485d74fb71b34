#pragma once

#include "ui/action_set.h"

namespace ui {

/// The commands about studies, which several pages may list among theirs: opening, looking through the list, saving,
/// sending.
class StudyActions : public ActionSet
{
    Q_OBJECT

public:
    explicit StudyActions(QObject* parent = nullptr);

    QAction* openFolder;
    QAction* openFile;
    QAction* openMask;
    QAction* nextSeries;
    QAction* previousSeries;
    QAction* findPatient;
    QAction* saveSeg;
    QAction* closeStudy;
    QAction* send;
};

} // namespace ui
