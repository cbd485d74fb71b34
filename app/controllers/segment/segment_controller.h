#pragma once

#include "app/controllers/segment/proposal_controller.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/segment_worker.h"

#include <QElapsedTimer>
#include <QObject>

#include <functional>
#include <optional>

namespace ui {
class Messages;
class SegmentPage;
class SegmentPanel;
class ShownPicture;
class ViewState;
} // namespace ui

namespace app {

/// The sentence and the model's run; what it proposes goes to the ProposalController.
class SegmentController : public QObject
{
    Q_OBJECT

public:
    SegmentController(JobRunner& jobs, Session& session, const UnreadDrafts& drafts, ui::SegmentPage& page,
        ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state, SegmentWorker& worker,
        const QString& settingsFile);

    /// Runs the panel's sentence on the slices it says, from the one that is shown outward.
    void run(Confirmed confirmed);
    /// Ends the run before its next slice; what was answered stays as proposal. Takes an early accept() back.
    void cancel();
    /// Accepts the proposal in the picture (ProposalController::accept()). While a run goes on the answer is accepted
    /// as soon as it is there; called again, that is taken back.
    void accept();
    void discard() { m_proposals.discard(); }
    /// Runs `then` at once where every proposal was accepted or discarded, else when the user lets them go.
    void beforeEnd(std::function<void()> then);

Q_SIGNALS:
    void proposed();
    void accepted();
    /// The run gave no proposal, or nothing was accepted: a sentence, or that the user has to confirm.
    void refused(const QString& why);

private:
    void pictureOpened();
    void pictureClosed();
    void prepare();
    void warmUp();
    void learn(const models::PackageInfo& package);
    void finish(const SegmentTask& task, SegmentOutcome answer);
    void settle();
    void runEnded();
    void promise(bool promised);
    void askToConfirm(const imaging::Warnings& doubts);
    void failed(const JobFailure& failure);
    void describeModelText();
    void markDraft();

    JobRunner& m_jobs;
    Session& m_session;
    const UnreadDrafts& m_drafts;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::ViewState& m_state;
    ui::SegmentPanel& m_panel;
    SegmentWorker& m_worker;
    std::optional<models::PackageInfo> m_package;
    ProposalController m_proposals;
    QElapsedTimer m_clock;
    bool m_prepared = false; ///< The model was asked to be, for the open picture.
    bool m_promised = false; ///< The answer that is waited for is to be accepted.
    std::size_t m_answered = 0; ///< Slices of the run.
    std::size_t m_asked = 0;
    bool m_asking = false; ///< Whether proposals may be let go.
};

} // namespace app
