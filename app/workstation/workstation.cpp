#include "app/workstation/workstation.h"

#include "ui/panels/job_bar.h"
#include "ui/panels/segment_panel.h"

namespace app {

Workstation::Workstation(const WorkstationOptions& options)
    : session(options.dataFolder / "journals")
    , worker(options.segmenter)
    , save(jobs, session, window)
    , masks(jobs, session, window, save)
    , open(jobs, session, window, save, masks)
    , segment(jobs, session, window, worker)
    , edit(session, window)
    , send(jobs, session, window, save, options.dataFolder / "outbox",
          QString::fromStdString((options.dataFolder / "settings.ini").string()))
{
    auto& bar = window.jobBar();
    const auto show = [&bar](const JobStatus& job) { bar.showJob(job.id, job.title, job.fraction, job.stage); };
    QObject::connect(&jobs, &JobRunner::jobStarted, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobProgressed, &bar, show);
    QObject::connect(&jobs, &JobRunner::jobEnded, &bar, &ui::JobBar::endJob);
    QObject::connect(&bar, &ui::JobBar::cancelRequested, &jobs, &JobRunner::stop);
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::saveRequested, &save, [this] { save.saveAs(); });
    QObject::connect(&window.segmentPanel(), &ui::SegmentPanel::sendRequested, &send, &SendController::showDialog);
}

} // namespace app
