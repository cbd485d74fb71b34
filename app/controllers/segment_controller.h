#pragma once

#include "app/controllers/segment_worker.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/proposal.h"
#include "app/workflow/segment.h"

#include <QColor>
#include <QElapsedTimer>
#include <QObject>
#include <QRgb>
#include <QTimer>

#include <cstdint>
#include <optional>
#include <vector>

namespace ui {
class MainWindow;
class SegmentPanel;
struct SlicePreview;
} // namespace ui

namespace app {

/// The sentence, the model's run, the live threshold, and the acceptance of the proposal as one named step.
class SegmentController : public QObject
{
    Q_OBJECT

public:
    SegmentController(JobRunner& jobs, Session& session, ui::MainWindow& window, SegmentWorker& worker);

    /// Runs the panel's sentence on the slices it says, from the one that is shown outward.
    void run(Confirmed confirmed);
    /// Ends the run before its next slice; what was answered stays as proposal.
    void cancel();
    /// Makes the proposal the active label's mask on its slices, as one step; of a package with several classes each
    /// class the mask of the label with its name. For several slices it is done when accepted() is emitted.
    void accept();
    void discard();
    bool hasProposal() const { return m_proposal.has_value(); }

Q_SIGNALS:
    void proposed();
    void accepted();
    /// The run gave no proposal: a sentence, or that the user has to confirm.
    void refused(const QString& why);

private:
    struct Proposal
    {
        SegmentTask task;
        SegmentAnswer answer;
        ProposedSlices slices;
    };

    void pictureOpened();
    void pictureClosed();
    void warmUp();
    void addSlice(const SegmentTask& task, const SegmentAnswer& soFar, SliceAnswer slice);
    void finish(const SegmentTask& task, SegmentAnswer answer);
    void showPreview();
    void settle();
    void acceptMany(float threshold, const std::vector<std::uint16_t>& values);
    void acceptOne(float threshold, const std::vector<std::uint16_t>& values);
    void addPrompt();
    std::vector<QRgb> proposalColours() const;
    ui::SlicePreview previewOf(int slice, const ProposedSlice& proposed, std::vector<float> probabilities) const;
    QString stepName(const Proposal& proposal) const;
    void askToConfirm(const imaging::Warnings& doubts);
    void failed(const JobFailure& failure);
    void describeModelText();
    void compareWithText();
    void dropProposal();
    void replaceMasks(const Proposal& proposal, const QString& name, const std::vector<int>& slices,
        const std::vector<LabelRun>& runs, float threshold, const std::vector<std::uint16_t>& values);
    annotations::LabelTable markedLabels(
        const Proposal& proposal, float threshold, const std::vector<LabelRun>& runs) const;
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
