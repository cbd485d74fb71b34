#include "app/controllers/relabel/review_controller.h"

#include "app/controllers/relabel/case_text.h"
#include "app/controllers/relabel/cohort_session.h"
#include "app/controllers/study/save_controller.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <algorithm>
#include <utility>

namespace app {

using annotations::Verdict;
using BarState = ui::ReviewBar::State;

namespace {

const QString kReviewMessage = QStringLiteral("review");
const QString kDecision = QStringLiteral("decision");

} // namespace

ReviewController::ReviewController(JobRunner& jobs, Session& session, CohortSession& cohort,
    const CaseScreen::Parts& parts, SaveController& save)
    : m_jobs(jobs)
    , m_session(session)
    , m_cohort(cohort)
    , m_parts(parts)
    , m_bar(parts.page.bar())
    , m_save(save)
    , m_screen(jobs, session, cohort, parts)
{
    connectDecisions();
    connectScreen();
    m_renew.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(annotations::kLease) / 4);
    connect(&m_renew, &QTimer::timeout, this, &ReviewController::renewClaim);
}

void ReviewController::connectDecisions()
{
    auto& own = m_parts.page.actions();
    const auto on = [this](QAction* action, auto signal, auto function) {
        connect(action, &QAction::triggered, this, function);
        connect(&m_bar, signal, this, function);
    };
    on(own.reviewAccept, &ui::ReviewBar::acceptRequested, [this] { accept(); });
    on(own.reviewEdit, &ui::ReviewBar::editRequested, [this] { edit(); });
    on(own.reviewReject, &ui::ReviewBar::rejectRequested, [this] { reject(); });
    on(own.reviewNext, &ui::ReviewBar::nextRequested, [this] { next(); });
    connect(own.reviewBack, &QAction::triggered, this, &ReviewController::back);
    connect(&m_bar, &ui::ReviewBar::sentenceChanged, this, &ReviewController::changeSentence);
    connect(&m_parts.page.review().queue(), &ui::QueuePanel::caseRequested, this, [this](qint64 id) { take(id); });
}

void ReviewController::connectScreen()
{
    connect(&m_session, &Session::historyChanged, this, [this] {
        if (m_screen.current() && !isBusy() && isDrawnOn() && !m_editing) {
            m_editing = true;
            settle();
        }
    });
    connect(&m_screen, &CaseScreen::changed, this, &ReviewController::settle);
    connect(&m_screen, &CaseScreen::appeared, this, [this](bool drawnOn) { appear(drawnOn); });
    connect(&m_screen, &CaseScreen::disappeared, this, [this] {
        m_editing = false;
        m_renew.stop();
        settle();
        Q_EMIT caseShown(0);
    });
    connect(&m_screen, &CaseScreen::failed, this, &ReviewController::sayFailure);
    connect(&m_cohort, &CohortSession::begun, this, &ReviewController::begin);
    connect(&m_cohort, &CohortSession::paused, this, &ReviewController::leave);
    connect(&m_cohort, &CohortSession::left, this, &ReviewController::leave);
    connect(&m_cohort, &CohortSession::looked, this, &ReviewController::follow);
}

void ReviewController::appear(bool drawnOn)
{
    m_editing = drawnOn;
    settle();
    m_renew.start();
    Q_EMIT caseShown(shownCase());
}

/// Goes on where this reader stopped.
void ReviewController::begin()
{
    m_before.clear();
    m_save.setKeeper(MaskKeeper{tr("Keep the mask as you drew it %1?"),
        [this](std::function<void()> then) { keep(std::move(then)); },
        [this](std::function<void()> then) { whenDecided(std::move(then)); }});
    m_screen.ask(
        tr("Looking for the next case"), [order = order()](CohortWorker& worker) { return worker.resume(order); },
        tr("No case waits for a reader: import more, predict, or look at the decided ones."));
}

/// Takes the case off the screen; it stays this reader's for a while.
void ReviewController::leave()
{
    m_renew.stop();
    m_screen.clear();
    m_save.setKeeper(std::nullopt);
}

annotations::QueueOrder ReviewController::order() const
{
    return m_parts.page.review().queue().order();
}

bool ReviewController::isDrawnOn() const
{
    return m_session.hasUnsavedWork();
}

void ReviewController::fetchNext()
{
    m_screen.ask(
        tr("Looking for the next case"), [order = order()](CohortWorker& worker) { return worker.next(order); },
        tr("No case waits for a reader: import more, predict, or look at the decided ones."));
}

void ReviewController::settle()
{
    m_cohort.setShownCase(shownCase());
    if (isBusy())
        m_bar.setState(BarState::Busy);
    else if (!m_screen.current() || !m_session.isOpen())
        m_bar.setState(BarState::NoCase);
    else if (m_editing)
        m_bar.setState(BarState::Editing);
    else
        m_bar.setState(m_screen.current()->mask ? BarState::Shown : BarState::WithoutMask);
}

void ReviewController::accept()
{
    if (!shownCase() || isBusy())
        return;
    m_session.finishStroke();
    const bool drawn = isDrawnOn() || (m_editing && !m_screen.current()->mask);
    if (!drawn && !m_screen.current()->mask)
        return say(kReviewMessage, tr("This case has no mask yet that could be accepted: draw one (E), or predict."), true);
    decide(drawn ? Verdict::Edit : Verdict::Accept, After::GoOn, {});
}

void ReviewController::edit()
{
    if (!shownCase() || isBusy())
        return;
    const bool brushing = m_editing && m_parts.state.tool() == ui::ToolId::Brush;
    m_editing = true;
    m_parts.actions.tool(brushing ? ui::ToolId::Eraser : ui::ToolId::Brush)->trigger();
    m_parts.actions.focusPicture->trigger();
    settle();
}

void ReviewController::reject()
{
    if (!shownCase() || isBusy())
        return;
    if (!m_screen.current()->mask)
        return say(kReviewMessage, tr("This case has no mask that could be rejected."), true);
    m_session.finishStroke();
    if (!isDrawnOn())
        return decide(Verdict::Reject, After::GoOn, {});
    m_parts.messages.show({kReviewMessage, ui::MessageKind::Warning,
        tr("You drew on this mask. A keeps it as your edit; rejecting throws your strokes away."),
        tr("Reject all the same"), [this] { decide(Verdict::Reject, After::GoOn, {}); }});
}

void ReviewController::next()
{
    if (isBusy() || !m_cohort.isOpen())
        return;
    m_save.whenSafe(tr("before the next case is shown"), [this] { fetchNext(); });
}

void ReviewController::back()
{
    if (isBusy())
        return;
    if (m_before.empty())
        return say(kReviewMessage, tr("No case was decided in this window before this one."), false);
    const std::int64_t id = m_before.back();
    m_before.pop_back();
    take(id);
}

void ReviewController::take(std::int64_t id)
{
    if (isBusy() || id == shownCase())
        return;
    m_save.whenSafe(tr("before another case is shown"), [this, id] {
        const std::int64_t instead = m_screen.current() ? m_screen.current()->study.id : 0;
        m_screen.ask(
            tr("Opening the case"),
            [id, instead, order = order()](CohortWorker& worker) { return worker.take(id, instead, order); },
            tr("Another reader has this case on the screen. N brings the next one."));
    });
}

void ReviewController::goOn()
{
    if (shownCase() == 0 && m_parts.page.isShown())
        next();
}

/// A case of which a model made another mask meanwhile is shown anew, unless it has been drawn on.
void ReviewController::follow()
{
    if (!m_cohort.view().shown)
        return;
    const auto& study = *m_cohort.view().shown;
    if (isBusy() || m_editing || study.id != shownCase() || study.revision == m_screen.current()->study.revision
        || study.maskRevision == m_screen.current()->study.maskRevision || !annotations::isOpen(study.state))
        return;
    m_screen.ask(
        tr("Showing the new mask"),
        [id = study.id, order = order()](CohortWorker& worker) { return worker.take(id, 0, order); },
        tr("Another reader has this case on the screen. N brings the next one."));
}

void ReviewController::decide(Verdict verdict, After after, std::function<void()> then)
{
    m_parts.messages.remove(kReviewMessage);
    annotations::Decision decision;
    decision.verdict = verdict;
    decision.revision = m_screen.current()->study.revision;
    decision.note = m_bar.takeNote().toStdString();
    if (verdict == Verdict::Edit)
        decision.mask = m_screen.mask();
    m_deciding = true;
    settle();
    if (then)
        m_whenDecided.push_back(std::move(then));
    m_jobs.start<annotations::DecisionOutcome>(
        {Lane::Store, {}, tr("Keeping the decision")},
        [&worker = m_cohort.worker(), id = m_screen.current()->study.id, decision = std::move(decision)](
            std::stop_token, const imaging::Progress&) { return worker.decide(id, decision); },
        [this, after](const annotations::DecisionOutcome& outcome) { decided(outcome, after); },
        [this](const JobFailure& failure) {
            m_deciding = false;
            m_whenDecided.clear(); // What was to follow would lose the strokes.
            settle();
            const QString text = ui::errorText(failure.kind, failure.message);
            say(kReviewMessage, tr("The decision was not kept; the case is still here. %1").arg(text), true);
            Q_EMIT failed(text);
        });
}

void ReviewController::decided(const annotations::DecisionOutcome& outcome, After after)
{
    m_deciding = false;
    m_editing = false;
    m_session.markSaved(m_session.revision());
    m_before.push_back(outcome.study.id);
    m_screen.update(outcome.study);
    if (const auto said = textOf(outcome))
        say(kDecision, said->text, said->warning);
    else
        m_parts.messages.remove(kDecision);
    m_cohort.look();
    if (after == After::GoOn)
        fetchNext();
    else
        settle();
    for (const auto& waiting : std::exchange(m_whenDecided, {}))
        waiting();
}

void ReviewController::keep(std::function<void()> then)
{
    if (!shownCase() || isBusy())
        return;
    m_session.finishStroke();
    decide(Verdict::Edit, After::Stay, std::move(then));
}

void ReviewController::whenDecided(std::function<void()> then)
{
    if (!m_deciding)
        return then();
    m_whenDecided.push_back(std::move(then));
}

void ReviewController::changeSentence(const QString& text)
{
    if (!shownCase() || isBusy())
        return;
    const std::int64_t id = shownCase();
    m_jobs.start<std::optional<CaseView>>(
        {Lane::Store, {}, {}},
        [&worker = m_cohort.worker(), id, revision = m_screen.current()->study.revision, text = text.toStdString(),
            order = order()](
            std::stop_token, const imaging::Progress&) { return worker.setText(id, revision, text, order); },
        [this, id](std::optional<CaseView> view) {
            m_cohort.look();
            if (!m_screen.current() || m_screen.current()->study.id != id)
                return;
            if (!view)
                return say(kReviewMessage,
                    tr("The case changed meanwhile, so the sentence was not kept: open the case again."), true);
            m_screen.update(std::move(*view));
            settle();
            if (m_editing || !annotations::isOpen(m_screen.current()->study.state))
                return say(
                    kReviewMessage, tr("The sentence was kept. The mask stays the one that you drew or decided on."), false);
            say(kReviewMessage, tr("The sentence was kept; the model draws its mask."), false);
            Q_EMIT predictionWanted(id);
        },
        [this](const JobFailure& failure) { sayFailure(failure); });
}

void ReviewController::renewClaim()
{
    if (!shownCase())
        return;
    m_jobs.start<bool>(
        {Lane::Store, QStringLiteral("claim"), {}},
        [&worker = m_cohort.worker(), id = m_screen.current()->study.id](
            std::stop_token, const imaging::Progress&) { return worker.renew(id); },
        [this](bool ours) {
            if (!ours)
                say(QStringLiteral("claim"),
                    tr("Another reader took this case while it lay here; what you decide is compared with theirs."),
                    true);
        });
}

void ReviewController::say(const QString& id, const QString& text, bool warning)
{
    m_parts.messages.show({id, warning ? ui::MessageKind::Warning : ui::MessageKind::Info, text, {}, {}});
}

void ReviewController::sayFailure(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_parts.messages.show({kReviewMessage, ui::MessageKind::Error, text, tr("Next case"), [this] { next(); }});
    Q_EMIT failed(text);
}

} // namespace app
