#include "app/workstation/workstation.h"

#include "annotations/journal_lock.h"
#include "ui/pages/menus.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/segment_panel.h"
#include "ui/views/slice_view.h"

namespace app {

QString settingsFile(const WorkstationOptions& options)
{
    return QString::fromStdString((options.dataFolder / "settings.ini").string());
}

Workstation::Workstation(const WorkstationOptions& options)
    : session(options.dataFolder / "journals")
    , worker(options.segmenter)
    , classifierWorker(options.classifier)
    , reporterWorker(options.reporter)
    , picture(viewState)
    , segmentPage(study, viewState)
    , pages({&segmentPage, &relabelPage})
    , window({actions, pages, ui::menusOf(actions, study, segmentPage, relabelPage), messages, picture, viewState})
    , settings(window, viewState, settingsFile(options), options.look)
    , unkeptReports(options.dataFolder / "reports")
    , save(jobs, session, screen(), window.jobBar(), settingsFile(options))
    , masks(jobs, session, screen(), viewState, save, settingsFile(options))
    , open(jobs, session, screen(), save, masks, settingsFile(options))
    , unfinished(jobs, session, study.unfinished, window, open)
    , viewKeeper(session, viewState)
    , segment(jobs, session, drafts, segmentPage, messages, picture, viewState, worker, settingsFile(options))
    , explain(jobs, session, segmentPage, messages, picture, viewState, worker)
    , classify(jobs, session, segmentPage, messages, picture, viewState, classifierWorker, settingsFile(options),
          options.classifierModel)
    , adapt(jobs, classify, segmentPage, messages, options.adapter, options.dataFolder)
    , report(jobs, session, drafts, segmentPage, messages, viewState, reporterWorker, settingsFile(options),
          options.reporterModel)
    , keptReport(jobs, session, segmentPage, messages, unkeptReports)
    , sentenceMatch(jobs, session, segmentPage, viewState, reporterWorker, segment, report.model())
    , edit(session, actions, messages, picture, viewState)
    , filters(jobs, session, study.filters, messages, viewState)
    , sliceCopy(session, study.filterActions, messages, viewState)
    , labels(session, actions, study.labels, messages, picture, viewState)
    , measures(session, actions, picture, viewState)
    , surfaces(jobs, session, messages, picture, viewState)
    , send(jobs, session, screen(), save, options.dataFolder / "outbox", settingsFile(options))
    , studies(session, study.list, save, settingsFile(options))
    , finish(session, segmentPage, study.list, messages, {segment, save, send})
    , cohort(jobs, cohortWorker, options.reader)
    , review(jobs, session, cohort, {actions, relabelPage, messages, picture, viewState}, save)
    , training(jobs, cohort, relabelPage, messages, options.program)
    , queue(jobs, session, cohort, relabelPage, messages, window.jobBar(), settingsFile(options))
    , cohortJobs(jobs, cohort, relabelPage, messages, {options.model, options.device})
    , pageController(pages, save)
    , relabel(jobs, cohort, relabelPage, messages, save, pageController, settingsFile(options))
{
    addPages();
    connectJobs();
    connectViews();
    connectWindow();
    connectReview();
    connectSegmentPage();
}

void Workstation::addPages()
{
    pageController.add(segmentPage,
        {PageHolds::Study, PageController::tr("before the Segment page is shown"), [this] { open.takeUp(); }, [this] { open.setAside(); },
            [this](const QString& path) { open.open(path); }});
    pageController.add(relabelPage,
        {PageHolds::Cohort, PageController::tr("before the cohort is shown"), [this] { relabel.enter(); }, [this] { relabel.leave(); },
            [this](const QString& path) { cohortJobs.askForImport(path); }});
}

void Workstation::connectJobs()
{
    auto& bar = window.jobBar();
    const auto show = [&bar](const JobStatus& job) { bar.showJob(job.id, job.title, job.fraction, job.stage); };
    QObject::connect(&jobs, &JobRunner::jobStarted, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobEnded, &bar, &ui::JobBar::endJob);
    QObject::connect(&bar, &ui::JobBar::cancelRequested, &jobs, &JobRunner::stop);
    // Where the picture will be says what it waits for.
    const auto showReading = [this](const JobStatus& job) {
        if (job.channel == QStringLiteral("scan") || job.channel == QStringLiteral("read"))
            picture.showReading(job.id, job.title, job.fraction);
    };
    QObject::connect(&jobs, &JobRunner::jobStarted, &picture, showReading);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &picture, showReading);
    QObject::connect(&jobs, &JobRunner::jobEnded, &picture, &ui::ShownPicture::endReading);
}

/// All that the window and its pages have, and will have.
void Workstation::connectViews()
{
    for (ui::SliceView* view : window.views())
        connectView(view);
    QObject::connect(&window, &ui::MainWindow::viewAdded, &edit, [this](ui::SliceView* view) { connectView(view); });
}

void Workstation::connectView(ui::SliceView* view)
{
    QObject::connect(view, &ui::SliceView::strokeBegan, &edit, &EditController::beginStroke);
    QObject::connect(view, &ui::SliceView::strokeMoved, &edit, &EditController::moveStroke);
    QObject::connect(view, &ui::SliceView::strokeEnded, &edit, &EditController::endStroke);
    QObject::connect(view, &ui::SliceView::strokeAborted, &edit, &EditController::abortStroke);
    QObject::connect(view, &ui::SliceView::strokeClicked, &edit, &EditController::clickStroke);
    QObject::connect(view, &ui::SliceView::strokeReleased, &edit, &EditController::releaseClick);
    QObject::connect(view, &ui::SliceView::strokeTakenBack, &edit, &EditController::takeBackClick);
    QObject::connect(view, &ui::SliceView::measurePressed, &measures, &MeasureController::press);
    QObject::connect(view, &ui::SliceView::measureGrabbed, &measures, &MeasureController::grab);
    QObject::connect(view, &ui::SliceView::measureMoved, &measures, &MeasureController::move);
    QObject::connect(view, &ui::SliceView::measureReleased, &measures, &MeasureController::release);
    QObject::connect(view, &ui::SliceView::measureCancelled, &measures, &MeasureController::cancel);
    QObject::connect(view, &ui::SliceView::measureRemoved, &measures, &MeasureController::removeChosen);
    QObject::connect(&edit, &EditController::strokeMustEnd, view, &ui::SliceView::finishStroke);
}

void Workstation::connectWindow()
{
    window.setPaletteSource([this] { return paletteEntries(); });
    QObject::connect(&window, &ui::MainWindow::firstPainted, &unfinished, &UnfinishedController::look);
    QObject::connect(&window, &ui::MainWindow::firstPainted, &send, &SendController::remindOfWaiting);
    QObject::connect(&window, &ui::MainWindow::pathDropped, &relabel, [this](const QString& path) {
        if (RelabelController::isCohort(path))
            relabel.openCohort(path);
        else
            pageController.drop(path);
    });
    QObject::connect(&window, &ui::MainWindow::closeRequested, &save, [this] {
        segment.beforeEnd([this] {
            save.whenSafe(SaveController::tr("before the program ends"), [this] {
                session.close();
                window.closeNow();
            });
        });
    });
}

/// The studies of the list and the labels of the open picture.
QList<ui::PaletteEntry> Workstation::paletteEntries()
{
    QList<ui::PaletteEntry> entries;
    if (!segmentPage.isShown())
        return entries;
    const auto& model = study.list.model();
    for (int row = 0; row < model.rowCount(); ++row) {
        const auto index = model.index(row);
        if (index.data(ui::SeriesModel::UsableRole).toBool())
            entries << ui::PaletteEntry{PageController::tr("Open %1").arg(index.data(Qt::AccessibleTextRole).toString()),
                PageController::tr("study"), {}, [this, id = QString::fromStdString(model.series(row).id)] {
                    study.list.request(study.list.model().rowOf(id));
                }};
    }
    if (session.isOpen())
        for (const auto& label : study.labels.labels())
            entries << ui::PaletteEntry{PageController::tr("Draw “%1”").arg(QString::fromStdString(label.name)),
                PageController::tr("label"), {}, [this, value = label.value] { Q_EMIT study.labels.activeRequested(value); }};
    return entries;
}

void Workstation::connectSegmentPage()
{
    auto& panel = segmentPage.panel();
    QObject::connect(&panel, &ui::SegmentPanel::saveRequested, &save, [this] { save.saveAs(); });
    QObject::connect(&panel, &ui::SegmentPanel::sendRequested, &send, &SendController::showDialog);
    QObject::connect(&save, &SaveController::fileKindsChanged, &panel, &ui::SegmentPanel::setFileKinds);
    save.setReportWords([this] {
        return ReportWords{keptReport.text(), annotations::userName(), session.acceptedVoxels()};
    });
}

void Workstation::connectReview()
{
    QObject::connect(&review, &ReviewController::caseShown, &queue, &QueueController::setCurrent);
    QObject::connect(&review, &ReviewController::predictionWanted, &cohortJobs,
        [this](qint64 id) { cohortJobs.predictCase(id, Confirmed::No); });
    QObject::connect(&cohortJobs, &CohortJobController::finished, &review, &ReviewController::goOn);
}

} // namespace app
