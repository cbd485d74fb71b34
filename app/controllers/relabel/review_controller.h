#pragma once

#include "app/controllers/relabel/case_screen.h"
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
class ReviewBar;
}

namespace app {

class CohortSession;
class SaveController;

/// The reader's decisions about the case on the screen, each on disk before the next case comes. Strokes on a mask are
/// in the session's journal until they are decided on.
class ReviewController : public QObject
{
    Q_OBJECT

public:
    ReviewController(JobRunner& jobs, Session& session, CohortSession& cohort, const CaseScreen::Parts& parts,
        SaveController& save);

    /// 0: no case is shown.
    std::int64_t shownCase() const { return m_screen.shown(); }
    /// Whether there are strokes that are not decided on.
    bool isDrawnOn() const;
    bool isBusy() const { return m_screen.isReading() || m_deciding; }

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

    void connectDecisions();
    void connectScreen();
    void appear(bool drawnOn);
    void begin();
    void leave();
    void follow();
    void decide(annotations::Verdict verdict, After after, std::function<void()> then);
    void decided(const annotations::DecisionOutcome& outcome, After after);
    void keep(std::function<void()> then);
    void whenDecided(std::function<void()> then);
    void fetchNext();
    void changeSentence(const QString& text);
    void renewClaim();
    void settle();
    void say(const QString& id, const QString& text, bool warning);
    void sayFailure(const JobFailure& failure);
    annotations::QueueOrder order() const;

    JobRunner& m_jobs;
    Session& m_session;
    CohortSession& m_cohort;
    CaseScreen::Parts m_parts;
    ui::ReviewBar& m_bar;
    SaveController& m_save;
    CaseScreen m_screen;
    bool m_editing = false;
    bool m_deciding = false;
    std::vector<std::function<void()>> m_whenDecided;
    std::vector<std::int64_t> m_before; ///< Cases decided in this window, the last one at the end.
    QTimer m_renew;
};

} // namespace app
