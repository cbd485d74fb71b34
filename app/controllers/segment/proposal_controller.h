#pragma once

#include "app/controllers/segment/proposal_acceptance.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "imaging/plane.h"

#include <QObject>
#include <QTimer>

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace ui {
class Messages;
class SegmentPage;
class SegmentPanel;
class ShownPicture;
class ViewState;
struct SlicePreview;
enum class PromptState;
} // namespace ui

namespace app {

/// The model's proposals: the one in the picture with its live threshold, and those of earlier sentences, which are
/// kept in the list of prompts until they are accepted or discarded.
class ProposalController : public QObject
{
    Q_OBJECT

public:
    /// Where accepting goes is remembered in `settingsFile`.
    ProposalController(JobRunner& jobs, Session& session, const UnreadDrafts& drafts, ui::SegmentPage& page,
        ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state, QString settingsFile);

    /// Whether a proposal is in the picture.
    bool isShown() const { return m_shown.has_value(); }
    /// A run begins: what is in the picture waits.
    void beginRun();
    void add(const SegmentTask& task, const SegmentOutcome& soFar, SliceAnswer slice);
    /// The run has answered every slice.
    void complete(SegmentOutcome answer);
    /// The run is over, with all its slices or not: when it gave none, the newest proposal that waits is shown again.
    void endRun();

    /// Makes the proposal in the picture a mask, as one step with its label. For several slices it is done when
    /// accepted() is emitted. What is not accepted stays as proposal.
    void accept();
    void discard();
    /// The picture leaves the window: its proposals are kept for when it comes back, as long as the program runs.
    void leavePicture();
    /// A picture came into the window: what was kept of it is listed again, the newest in the picture.
    void enterPicture();
    /// How many are neither accepted nor discarded, those of other pictures, too.
    std::size_t undecided() const;

Q_SIGNALS:
    void accepted();
    /// Nothing was accepted: a sentence.
    void refused(const QString& why);
    /// A proposal came into the picture or left it.
    void shownChanged();

private:
    void show(int prompt);
    void showNext();
    void setAside();
    void discardPrompt(int prompt);
    void updatePreview();
    void describe();
    void compareWithText();
    void listPrompt(const Proposal& proposal, ui::PromptState state, const QString& what, QRgb colour) const;
    std::vector<QRgb> coloursOf(const Proposal& proposal) const;
    imaging::Plane planeOf(int slice) const;
    ui::SlicePreview previewOf(int slice, const ProposedSlice& proposed, std::vector<float> probabilities) const;
    void taken(quint16 value, const QString& left);
    void refuse(const QString& why);
    void leave();

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    ui::SegmentPanel& m_panel;
    ProposalAcceptance m_acceptance;
    std::optional<Proposal> m_shown;
    std::vector<Proposal> m_waiting; ///< Oldest first.
    QString m_pictureId; ///< Session::id() of the picture in the window.
    std::map<QString, std::vector<Proposal>> m_kept; ///< Of other pictures, without their voxels.
    bool m_running = false;
    int m_lastPrompt = 0;
    QTimer m_compareSoon;
};

} // namespace app
