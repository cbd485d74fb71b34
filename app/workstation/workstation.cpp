#include "app/workstation/workstation.h"

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
    , settings(window, settingsFile(options), options.look)
    , save(jobs, session, window)
    , masks(jobs, session, window, save)
    , open(jobs, session, window, save, masks)
    , unfinished(jobs, session, window, open)
    , segment(jobs, session, window, worker, settingsFile(options))
    , explain(jobs, session, window, worker)
    , edit(session, window)
    , send(jobs, session, window, save, options.dataFolder / "outbox", settingsFile(options))
    , studies(session, window, save, settingsFile(options))
    , finish(session, window, {segment, save, send})
    , review(jobs, session, window, cohortWorker, save)
    , training(jobs, window, cohortWorker, options.program)
    , queue(jobs, window, {cohortWorker, review, training}, settingsFile(options))
    , cohortJobs(jobs, window, queue, review, {options.model, options.device})
    , relabel(jobs, window, {cohortWorker, save, open, review, training, queue, cohortJobs}, options.reader,
          settingsFile(options))
{
    auto& bar = window.jobBar();
    const auto show = [&bar](const JobStatus& job) { bar.showJob(job.id, job.title, job.fraction, job.stage); };
    QObject::connect(&jobs, &JobRunner::jobStarted, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobEnded, &bar, &ui::JobBar::endJob);
    // Where the picture will be says what it waits for.
    auto& view = window.view();
    const auto showReading = [&view](const JobStatus& job) {
        if (job.channel == QStringLiteral("scan") || job.channel == QStringLiteral("read"))
            view.showReading(job.id, job.title, job.fraction);
    };
    QObject::connect(&jobs, &JobRunner::jobStarted, &view, showReading);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &view, showReading);
    QObject::connect(&jobs, &JobRunner::jobEnded, &view, &ui::SliceView::endReading);
    QObject::connect(&bar, &ui::JobBar::cancelRequested, &jobs, &JobRunner::stop);
    QObject::connect(&window, &ui::MainWindow::pathDropped, &relabel, [this](const QString& path) {
        if (RelabelController::isCohort(path))
            relabel.openCohort(path);
        else if (window.page() == ui::Page::Relabel)
            cohortJobs.askForImport(path);
        else
            open.open(path);
    });
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::saveRequested, &save, [this] { save.saveAs(); });
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::sendRequested, &send, &SendController::showDialog);
}

} // namespace app
