#pragma once

#include "app/controllers/edit/edit_controller.h"
#include "app/controllers/edit/filter_controller.h"
#include "app/controllers/edit/label_controller.h"
#include "app/controllers/edit/measure_controller.h"
#include "app/controllers/edit/slice_copy_controller.h"
#include "app/controllers/edit/surface_controller.h"
#include "app/controllers/page_controller.h"
#include "app/controllers/pacs/send_controller.h"
#include "app/controllers/relabel/cohort_job_controller.h"
#include "app/controllers/relabel/cohort_session.h"
#include "app/controllers/relabel/queue_controller.h"
#include "app/controllers/relabel/relabel_controller.h"
#include "app/controllers/relabel/review_controller.h"
#include "app/controllers/relabel/training_controller.h"
#include "app/controllers/segment/adapt_controller.h"
#include "app/controllers/segment/classify_controller.h"
#include "app/controllers/segment/explain_controller.h"
#include "app/controllers/segment/finish_controller.h"
#include "app/controllers/segment/kept_report_controller.h"
#include "app/controllers/segment/report_controller.h"
#include "app/controllers/segment/segment_controller.h"
#include "app/controllers/segment/sentence_match_controller.h"
#include "app/controllers/segment/unkept_reports.h"
#include "app/controllers/segment/unread_drafts.h"
#include "app/controllers/study/mask_controller.h"
#include "app/controllers/study/open_controller.h"
#include "app/controllers/study/save_controller.h"
#include "app/controllers/study/study_list_controller.h"
#include "app/controllers/study/unfinished_controller.h"
#include "app/controllers/study/view_keeper.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/adapt/adapt_worker.h"
#include "app/workflow/classifier_worker.h"
#include "app/workflow/cohort_worker.h"
#include "app/workflow/reporter_worker.h"
#include "app/workflow/segment_worker.h"
#include "app/workstation/window_settings.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/messages.h"
#include "ui/pages/pages.h"
#include "ui/pages/relabel_page.h"
#include "ui/pages/segment_page.h"
#include "ui/study_parts.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

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
    ReporterFactory reporter = {}; ///< Of the Report tab's model, at the path that the user chooses.
    ClassifierFactory classifier = {}; ///< Likewise of the Classify tab's,
    AdapterFactory adapter = {}; ///< which learns classes.
    std::filesystem::path reporterModel = {}; ///< What the Report tab works with until the user chooses; empty: nothing.
    std::filesystem::path classifierModel = {}; ///< Likewise the Classify tab.
};

/// What the window remembers from run to run.
QString settingsFile(const WorkstationOptions& options);

/// The workstation put together: everything made here, by constructor, and let go in the reverse order. The
/// workers and what is still to be kept come before the job runner, so that their threads have ended when they go.
class Workstation
{
public:
    explicit Workstation(const WorkstationOptions& options);

    Session session;
    SegmentWorker worker;
    ClassifierWorker classifierWorker;
    ReporterWorker reporterWorker;
    CohortWorker cohortWorker;
    ui::Actions actions;
    ui::ViewState viewState;
    ui::ShownPicture picture;
    ui::Messages messages;
    ui::StudyParts study;
    ui::SegmentPage segmentPage;
    ui::RelabelPage relabelPage;
    ui::Pages pages;
    ui::MainWindow window;
    WindowSettings settings;
    UnkeptReports unkeptReports;
    JobRunner jobs;
    SaveController save;
    MaskController masks;
    OpenController open;
    UnfinishedController unfinished;
    ViewKeeper viewKeeper;
    UnreadDrafts drafts;
    SegmentController segment;
    ExplainController explain;
    ClassifyController classify;
    AdaptController adapt;
    ReportController report;
    KeptReportController keptReport;
    SentenceMatchController sentenceMatch;
    EditController edit;
    FilterController filters;
    SliceCopyController sliceCopy;
    LabelController labels;
    MeasureController measures;
    SurfaceController surfaces;
    SendController send;
    StudyListController studies;
    FinishController finish;
    CohortSession cohort;
    ReviewController review;
    TrainingController training;
    QueueController queue;
    CohortJobController cohortJobs;
    PageController pageController;
    RelabelController relabel;

private:
    StudyScreen screen() { return {study.actions, study.list, messages, picture, window}; }
    void addPages();
    void connectJobs();
    void connectViews();
    void connectView(ui::SliceView* view);
    void connectSegmentPage();
    void connectWindow();
    void connectReview();
    QList<ui::PaletteEntry> paletteEntries();
};

} // namespace app
