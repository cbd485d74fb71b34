#pragma once

#include "app/controllers/segment/model_choice.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/reporter_worker.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace ui {
struct DraftWish;
class Messages;
class ReportTab;
class SegmentPage;
class ViewState;
} // namespace ui

namespace app {

class UnreadDrafts;

/// The Report tab: a model's draft about the shown slice, the report that is written beside it, and how well the two fit.
class ReportController : public QObject
{
    Q_OBJECT

public:
    /// `standardModel`: the one that is taken until the user chooses; empty: none.
    ReportController(JobRunner& jobs, Session& session, UnreadDrafts& drafts, ui::SegmentPage& page,
        ui::Messages& messages, ui::ViewState& state, ReporterWorker& worker, const QString& settingsFile,
        const std::filesystem::path& standardModel);

    ModelChoice& model() { return m_model; }
    /// `confirmed`: that the picture lies as usual, where it does not say.
    void draft(Confirmed confirmed = Confirmed::No);
    /// What is there of the draft stays.
    void stop();
    /// Shows the next of the draft's beams, and after the last one the first again.
    void nextBeam();
    /// The report, whole and by sentence, with the shown slice.
    void compare(Confirmed confirmed = Confirmed::No);

Q_SIGNALS:
    void drafted();
    void compared();
    void failed(const QString& why);

private:
    void pictureChanged();
    void modelChanged();
    void openModel();
    void learn(const ReporterAbilities& abilities);
    void settle();
    ReporterTask task(Confirmed confirmed) const;
    void showSeen(const PictureChoice& picture, const models::ReporterView& view);
    void describeSlice();
    void finishDraft(const PictureChoice& picture, const ui::DraftWish& wish, DraftOutcome outcome);
    void finishMatch(const PictureChoice& picture, const MatchOutcome& outcome);
    void say(const JobFailure& failure, std::function<void()> confirm = {});
    void useForMask(const QString& sentence);
    void forgetDraft();
    QString whole(const QString& written) const;

    JobRunner& m_jobs;
    Session& m_session;
    UnreadDrafts& m_drafts;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::ViewState& m_state;
    ui::ReportTab& m_tab;
    ReporterWorker& m_worker;
    ModelChoice m_model;
    std::optional<ReporterAbilities> m_abilities; ///< Of the chosen model, once it was opened.
    std::filesystem::path m_tried; ///< The model that was last opened, with or without success.
    std::optional<int> m_seenSlice;
    QString m_beginning; ///< What was typed for the model to go on from.
    QString m_soFar; ///< Of the draft that is being written.
    std::vector<models::DraftText> m_beams; ///< Of the draft, the best first.
    std::size_t m_beam = 0; ///< The one that is shown.
};

} // namespace app
