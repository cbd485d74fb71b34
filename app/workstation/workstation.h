#pragma once

#include "app/controllers/cohort_job_controller.h"
#include "app/controllers/cohort_worker.h"
#include "app/controllers/edit_controller.h"
#include "app/controllers/explain_controller.h"
#include "app/controllers/finish_controller.h"
#include "app/controllers/mask_controller.h"
#include "app/controllers/open_controller.h"
#include "app/controllers/queue_controller.h"
#include "app/controllers/relabel_controller.h"
#include "app/controllers/review_controller.h"
#include "app/controllers/save_controller.h"
#include "app/controllers/segment_controller.h"
#include "app/controllers/segment_worker.h"
#include "app/controllers/send_controller.h"
#include "app/controllers/study_list_controller.h"
#include "app/controllers/training_controller.h"
#include "app/controllers/unfinished_controller.h"
#include "app/controllers/window_settings.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "ui/main_window.h"

#include <filesystem>
#include <optional>

namespace app {

struct WorkstationOptions
{
    SegmenterFactory segmenter;
    std::filesystem::path dataFolder; ///< Journals, outbox and settings.
    std::string model = {}; ///< Package that predicts cohorts; empty: the default one.
    std::string device = "auto";
    std::string reader = {}; ///< Who decides about a cohort's cases; empty: the user of the computer.
    std::filesystem::path program = "limn"; ///< The command line's, which trains.
    std::optional<ui::Look> look = {}; ///< For this run; nothing: as it was left.
};

/// What the window remembers from run to run.
QString settingsFile(const WorkstationOptions& options);

/// The workstation put together: everything made here, by constructor, and let go in the reverse order. The
/// workers come before the job runner, so that their threads have ended when they go.
class Workstation
{
public:
    explicit Workstation(const WorkstationOptions& options);

    Session session;
    SegmentWorker worker;
    CohortWorker cohortWorker;
    ui::MainWindow window;
    WindowSettings settings;
    JobRunner jobs;
    SaveController save;
    MaskController masks;
    OpenController open;
    UnfinishedController unfinished;
    SegmentController segment;
    ExplainController explain;
    EditController edit;
    SendController send;
    StudyListController studies;
    FinishController finish;
    ReviewController review;
    TrainingController training;
    QueueController queue;
    CohortJobController cohortJobs;
    RelabelController relabel;
};

} // namespace app
