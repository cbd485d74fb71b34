#include "ui/pages/menus.h"

#include "ui/actions.h"
#include "ui/pages/relabel_page.h"
#include "ui/pages/segment_page.h"
#include "ui/study_parts.h"

#include <QCoreApplication>

namespace ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::Menus", text);
}

QList<QAction*> viewActions(const Actions& a)
{
    return {a.singleLayout, a.planesLayout, a.planesAndSolidLayout, a.solidLayout, a.viewAlone, a.slabMenu, nullptr,
        a.nextSlice, a.previousSlice, a.cineMenu, nullptr, a.fit, a.actualSize, a.zoomIn, a.zoomOut, nullptr, a.windowWider,
        a.windowNarrower, a.levelUp, a.levelDown, a.presetMenu, nullptr, a.invert, a.smooth, a.showMasks,
        a.contourOnly, a.opacityUp, a.opacityDown, nullptr, a.lightTheme, a.textLarger, a.textSmaller, a.textNormal,
        a.fullScreen};
}

} // namespace

std::vector<Menu> menusOf(
    const Actions& a, const StudyParts& parts, const SegmentPage& segment, const RelabelPage& relabel)
{
    const auto& study = parts.actions;
    const auto& s = segment.actions();
    const auto& r = relabel.actions();
    return {
        {tr("&Study"),
            {study.openFolder, study.openFile, study.openMask, nullptr, r.newCohort, r.openCohort, nullptr,
                study.previousSeries, study.nextSeries, study.findPatient, nullptr, study.saveSeg, s.finishStudy,
                nullptr, study.closeStudy, a.quit}},
        {tr("&Edit"),
            QList<QAction*>{a.undo, a.redo, nullptr} + a.tools
                + QList<QAction*>{a.brushLarger, a.brushSmaller, a.keyCursor, a.drawOver, nullptr, s.nextLabel, a.clearSlice,
                    a.clearLabel, a.removeMeasurement, a.removeMeasurements, s.labelsTab}},
        {tr("&Masks"), parts.filterActions.menu(), &segment},
        {tr("&View"), viewActions(a)},
        {tr("Se&gment"),
            {s.focusSentence, s.run, s.runAll, s.cancel, nullptr, s.thresholdUp, s.thresholdDown, s.accept, s.discard,
                s.explain, s.showHeat, nullptr, s.classifyTab, s.reportTab, nullptr, a.focusPicture, a.focusMessages},
            &segment},
        {tr("&Relabel"),
            {r.importCases, r.predictCases, nullptr, r.trainModel, r.stopTraining, nullptr, r.reviewAccept,
                r.reviewEdit, r.reviewReject, r.reviewNext, r.reviewBack, r.reviewNote, r.focusQueue, nullptr,
                r.exportCases, r.closeCohort},
            &relabel},
        {tr("&PACS"), {study.send}},
        {tr("&Help"), {a.palette, a.shortcuts, a.about}},
    };
}

} // namespace ui
