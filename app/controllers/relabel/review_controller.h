#pragma once

#include "app/controllers/relabel/cohort_worker.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace ui {
class Actions;
class Messages;
class RelabelPage;
class ReviewBar;
class SliceView;
class ViewState;
} // namespace ui

namespace app {

class CohortSession;
class SaveController;
struct ShownCase;

/// The case on the screen: its picture and mask in the session, and the reader's decisions, each on disk before the
/// next case comes. Strokes on a mask are in the session's journal until they are decided on.
class ReviewController : public QObject
{
    Q_OBJECT

public:
    ReviewController(
        JobRunner& jobs, Session& session, CohortSession& cohort, ui::Actions& actions, ui::RelabelPage& page, ui::Messages& messages,
        ui::SliceView& view, ui::ViewState& state, SaveController& save);

    /// 0: no case is shown.
    std::int64_t shownCase() const { return m_case && !m_reading ? m_case->study.id : 0; }
    /// Whether there are strokes that are not decided on.
    bool isDrawnOn() const;
    bool isBusy() const { return m_reading || m_deciding; }

    /// Accepts the mask as it is shown, or keeps it as an edit when it was drawn on.
    void accept();
    /// The brush, then brush and eraser in turn.
    void edit();
    void reject();
    void next();
    /// The case that was decided last, to decide it anew.
    void back();
    void take(std::int64_t id);
    /// The next case when none is on the screen: some may have come.
    void goOn();

Q_SIGNALS:
    /// A case is on the screen; 0: none waits, or it cannot be shown.
    void caseShown(qint64 id);
    /// The sentence of the case on the screen was changed, and nothing is drawn that another mask would replace.
    void predictionWanted(qint64 id);
    void failed(const QString& why);

private:
    enum class After { GoOn, Stay };

    void begin();
    void leave();
    void follow();
    void decide(annotations::Verdict verdict, After after, std::function<void()> then);
    void decided(const annotations::DecisionOutcome& outcome, After after);
    void sayOutcome(const annotations::DecisionOutcome& outcome);
    void keep(std::function<void()> then);
    void whenDecided(std::function<void()> then);
    void ask(const QString& title, std::function<std::optional<CaseView>(CohortWorker&)> work, const QString& missing);
    void fetchNext();
    void read(std::optional<CaseView> view, const QString& missing);
    void show(ShownCase shown);
    void showNothing(const QString& why);
    void describe();
    void changeSentence(const QString& text);
    void renewClaim();
    void settle();
    void say(const QString& id, const QString& text, bool warning);
    void sayFailure(const JobFailure& failure);
    annotations::StoredMask shownMask() const;
    annotations::QueueOrder order() const;
    QString journalKey(const annotations::Study& study) const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::Actions& m_actions;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    ui::SliceView& m_view;
    ui::ViewState& m_state;
    ui::ReviewBar& m_bar;
    CohortSession& m_cohort;
    SaveController& m_save;
    std::optional<CaseView> m_case; ///< On the screen, or being read.
    int m_slice = 0; ///< Of the shown case in its picture.
    bool m_editing = false;
    bool m_reading = false; ///< The next case is being found or read.
    bool m_deciding = false;
    std::vector<std::function<void()>> m_whenDecided;
    std::vector<std::int64_t> m_before; ///< Cases decided in this window, the last one at the end.
    QTimer m_renew;
};

} // namespace app
