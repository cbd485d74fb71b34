#pragma once

#include "app/controllers/edit_controller.h"
#include "app/controllers/mask_controller.h"
#include "app/controllers/open_controller.h"
#include "app/controllers/save_controller.h"
#include "app/controllers/segment_controller.h"
#include "app/controllers/segment_worker.h"
#include "app/controllers/send_controller.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "ui/main_window.h"

#include <filesystem>

namespace app {

struct WorkstationOptions
{
    SegmenterFactory segmenter;
    std::filesystem::path dataFolder; ///< Journals, outbox and settings.
};

/// The workstation put together: everything made here, by constructor, and let go in the reverse order. The worker
/// comes before the job runner, so that the inference thread has ended when it goes.
class Workstation
{
public:
    explicit Workstation(const WorkstationOptions& options);

    Session session;
    SegmentWorker worker;
    ui::MainWindow window;
    JobRunner jobs;
    SaveController save;
    MaskController masks;
    OpenController open;
    SegmentController segment;
    EditController edit;
    SendController send;
};

} // namespace app
