#pragma once

#include "app/controllers/segment_worker.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/segment.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace ui {
class MainWindow;
class SegmentPanel;
} // namespace ui

namespace app {

/// The sentence, the model's run, the live threshold, and the acceptance of the proposal as one named step.
class SegmentController : public QObject
{
    Q_OBJECT

public:
    SegmentController(JobRunner& jobs, Session& session, ui::MainWindow& window, SegmentWorker& worker);

    /// Runs the panel's sentence on the slice that is shown.
    void run(Confirmed confirmed);
    void cancel();
    /// Makes the proposal the active label's mask on its slice.
    void accept();
    void discard();
    bool hasProposal() const { return m_proposal.has_value(); }

Q_SIGNALS:
    void proposed();
    /// The run gave no proposal: a sentence, or that the user has to confirm.
    void refused(const QString& why);

private:
    struct Proposal
    {
        SegmentTask task;
        SegmentAnswer answer;
    };

    void pictureOpened();
    void pictureClosed();
    void warmUp();
    void show(const SegmentTask& task, SegmentAnswer answer);
    void askToConfirm(const imaging::Warnings& doubts);
    void failed(const JobFailure& failure);
    void describeModelText();
    void compareWithText();
    void dropProposal();
    void markLabel(const Proposal& proposal, float threshold);
    UserSides sides() const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::MainWindow& m_window;
    ui::SegmentPanel& m_panel;
    SegmentWorker& m_worker;
    std::optional<models::PackageInfo> m_package;
    std::optional<Proposal> m_proposal;
    QElapsedTimer m_clock;
    QTimer m_compareSoon;
};

} // namespace app
