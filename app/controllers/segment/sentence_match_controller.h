#pragma once

#include "app/controllers/segment/model_choice.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/reporter_worker.h"

#include <QObject>
#include <QString>

namespace ui {
class SegmentPage;
class SegmentPanel;
class ViewState;
} // namespace ui

namespace app {

class SegmentController;

/// What the Report tab's model, where one that compares is chosen, says of the sentence in the Segment tab: whether it
/// fits the shown picture, beside the sentence as soon as there is a proposal by it. Nothing waits for it.
class SentenceMatchController : public QObject
{
    Q_OBJECT

public:
    SentenceMatchController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::ViewState& state,
        ReporterWorker& worker, SegmentController& segment, ModelChoice& model);

Q_SIGNALS:
    /// Also that there is nothing to say.
    void said();

private:
    void ask();
    void forget();
    void show(const PictureChoice& picture, const models::TextMatch& match);

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPanel& m_panel;
    ui::ViewState& m_state;
    ReporterWorker& m_worker;
    ModelChoice& m_model;
};

} // namespace app
