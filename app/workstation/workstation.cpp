#include "app/workstation/workstation.h"

#include "ui/panels/job_bar.h"
#include "ui/panels/segment_panel.h"

namespace app {

namespace {

QString settingsFile(const WorkstationOptions& options)
{
    return QString::fromStdString((options.dataFolder / "settings.ini").string());
}

} // namespace

Workstation::Workstation(const WorkstationOptions& options)
    : session(options.dataFolder / "journals")
    , worker(options.segmenter)
    , save(jobs, session, window)
    , masks(jobs, session, window, save)
    , open(jobs, session, window, save, masks)
    , segment(jobs, session, window, worker)
    , edit(session, window)
    , send(jobs, session, window, save, options.dataFolder / "outbox", settingsFile(options))
    , review(jobs, session, window, cohortWorker, save)
    , training(jobs, window, cohortWorker, options.program)
    , relabel(jobs, window, {cohortWorker, save, open, review, training},
          {options.reader, options.model, options.device, settingsFile(options)})
{
    auto& bar = window.jobBar();
    const auto show = [&bar](const JobStatus& job) { bar.showJob(job.id, job.title, job.fraction, job.stage); };
    QObject::connect(&jobs, &JobRunner::jobStarted, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobEnded, &bar, &ui::JobBar::endJob);
    QObject::connect(&bar, &ui::JobBar::cancelRequested, &jobs, &JobRunner::stop);
    QObject::connect(&window, &ui::MainWindow::pathDropped, &relabel, [this](const QString& path) {
        if (RelabelController::isCohort(path))
            relabel.openCohort(path);
        else if (window.page() == ui::Page::Relabel)
            relabel.askForImport(path);
        else
            open.open(path);
    });
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::saveRequested, &save, [this] { save.saveAs(); });
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::sendRequested, &send, &SendController::showDialog);
}

} // namespace app
