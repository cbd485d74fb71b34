#include "ui/study_actions.h"

namespace ui {

StudyActions::StudyActions(QObject* parent)
    : ActionSet(parent)
{
    openFolder = add(tr("Open Folder…"), QStringLiteral("Ctrl+O"), QStringLiteral("open"));
    openFile = add(tr("Open File…"), QStringLiteral("Ctrl+Shift+O"));
    openMask = add(tr("Open Mask…"), QStringLiteral("Ctrl+M"));
    nextSeries = add(tr("Next Series"), QStringLiteral("Ctrl+PgDown"));
    previousSeries = add(tr("Previous Series"), QStringLiteral("Ctrl+PgUp"));
    findPatient = add(tr("Find a Patient"), QStringLiteral("Ctrl+F"));
    saveSeg = add(tr("Save Masks as DICOM SEG…"), QStringLiteral("Ctrl+S"), QStringLiteral("save"));
    closeStudy = add(tr("Close Study"), QStringLiteral("Ctrl+W"));
    send = add(tr("Send to Archive…"), QStringLiteral("Ctrl+E"), QStringLiteral("send"));
}

} // namespace ui
