#pragma once

#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/accept.h"
#include "app/workflow/proposal.h"
#include "app/workflow/segment_worker.h"

#include <QObject>
#include <QRgb>
#include <QString>

#include <vector>

namespace ui {
class AcceptRow;
}

namespace app {

class UnreadDrafts;

/// What the model answered to one sentence, as long as it is not decided on.
struct Proposal
{
    int prompt = 0; ///< Its id in the list.
    SegmentTask task;
    SegmentOutcome answer;
    ProposedSlices slices;
    float threshold = 0.5F; ///< While it waits.
    QString where; ///< The time, and which slices.
};

/// Makes a proposal a mask, as one step with its label, where the accept row says: into a new label, or the chosen one.
class ProposalAcceptance : public QObject
{
    Q_OBJECT

public:
    /// The choice is remembered in `settingsFile`.
    ProposalAcceptance(
        JobRunner& jobs, Session& session, const UnreadDrafts& drafts, ui::AcceptRow& row, QString settingsFile);

    AcceptPlan planFor(const Proposal& proposal) const;
    /// By class, from 1: those of the labels that the proposal would go to.
    std::vector<QRgb> coloursOf(const AcceptPlan& plan) const;
    /// Says in the row what accepting would do now; without a proposal only which label is chosen.
    void describe(const Proposal* proposal) const;

    bool isBusy() const;
    void stop();
    /// Ends with accepted() or refused(), for several slices later: the proposal must stay until then.
    void accept(Proposal& proposal, float threshold);

Q_SIGNALS:
    /// The row's choice is another.
    void choiceChanged();
    /// The masks are being made on another thread.
    void began();
    /// `value` is the label's; `left` says what was left alone, or nothing.
    void accepted(quint16 value, const QString& left);
    /// Nothing was drawn: a sentence.
    void refused(const QString& why);

private:
    void restoreChoice();
    void acceptMany(Proposal& proposal, const AcceptPlan& plan, float threshold);
    void draw(const Proposal& proposal, const AcceptPlan& plan, float threshold, const std::vector<LabelRun>& runs);

    JobRunner& m_jobs;
    Session& m_session;
    const UnreadDrafts& m_drafts;
    ui::AcceptRow& m_row;
    QString m_settingsFile;
};

/// The colour that a label is shown in; a warm one for none.
QRgb rgbOf(const annotations::Label* label);

} // namespace app
