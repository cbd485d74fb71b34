#include "app/controllers/relabel/review_controller.h"

#include "app/controllers/relabel/cohort_session.h"
#include "app/controllers/study/save_controller.h"
#include "app/workflow/relabel.h"
#include "ui/actions.h"
#include "ui/cohort_text.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <algorithm>
#include <utility>

namespace app {

using annotations::DecisionResult;
using annotations::Verdict;
using State = ui::ReviewBar::State;

/// All that showing a case needs, made before the GUI thread gets it.
struct ShownCase
{
    OpenedCase opened;
    Session::PreparedWork work;
    std::optional<ui::SlicePixels> middle;
};

namespace {

const QString kChannel = QStringLiteral("review");
const QString kReadChannel = QStringLiteral("case");
const QString kMessage = QStringLiteral("review");
const QString kDoubts = QStringLiteral("case doubts");
const QString kDecision = QStringLiteral("decision");

ShownCase readCase(const std::filesystem::path& folder, const CaseView& view, const QString& key,
    const JournalPlace& journals, std::stop_token stop, const imaging::Progress& progress)
{
    const annotations::Cohort cohort(folder);
    ShownCase shown{openCase(cohort, view.study, stop, progress), {}, {}};
    if (!shown.opened.volume)
        return shown;
    GivenMasks given{{labelOf(cohort)}, {}, shown.opened.slice};
    if (view.mask)
        given.voxels = view.mask->values;
    shown.work = prepareWork(journals, *shown.opened.volume, key, &given);
    shown.middle.emplace(shown.opened.volume, shown.opened.volume->grid().slices / 2);
    return shown;
}

} // namespace

ReviewController::ReviewController(
    JobRunner& jobs, Session& session, CohortSession& cohort, ui::Actions& actions, ui::RelabelPage& page, ui::Messages& messages,
    ui::SliceView& view, ui::ViewState& state, SaveController& save)
    : m_jobs(jobs)
    , m_session(session)
    , m_actions(actions)
    , m_page(page)
    , m_messages(messages)
    , m_view(view)
    , m_state(state)
    , m_bar(page.bar())
    , m_cohort(cohort)
    , m_save(save)
{
    auto& own = page.actions();
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
    connect(&page.review().queue(), &ui::QueuePanel::caseRequested, this, [this](qint64 id) { take(id); });
    connect(&session, &Session::historyChanged, this, [this] {
        if (m_case && !isBusy() && isDrawnOn() && !m_editing) {
            m_editing = true;
            settle();
        }
    });
    connect(&cohort, &CohortSession::begun, this, &ReviewController::begin);
    connect(&cohort, &CohortSession::paused, this, &ReviewController::leave);
    connect(&cohort, &CohortSession::left, this, &ReviewController::leave);
    connect(&cohort, &CohortSession::looked, this, &ReviewController::follow);
    m_renew.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(annotations::kLease) / 4);
    connect(&m_renew, &QTimer::timeout, this, &ReviewController::renewClaim);
}

/// Goes on where this reader stopped.
void ReviewController::begin()
{
    m_before.clear();
    m_save.setKeeper(MaskKeeper{tr("Keep the mask as you drew it %1?"),
        [this](std::function<void()> then) { keep(std::move(then)); },
        [this](std::function<void()> then) { whenDecided(std::move(then)); }});
    ask(
        tr("Looking for the next case"), [order = order()](CohortWorker& worker) { return worker.resume(order); },
        tr("No case waits for a reader: import more, predict, or look at the decided ones."));
}

/// Takes the case off the screen; it stays this reader's for a while.
void ReviewController::leave()
{
    m_jobs.stopChannel(kChannel);
    m_jobs.stopChannel(kReadChannel);
    m_renew.stop();
    m_reading = false;
    showNothing({});
    m_save.setKeeper(std::nullopt);
}

annotations::QueueOrder ReviewController::order() const
{
    return m_page.review().queue().order();
}

QString ReviewController::journalKey(const annotations::Study& study) const
{
    return QStringLiteral("cohort %1, %2, %3, mask %4")
        .arg(QString::fromStdString(m_cohort.folder().string()), QString::fromStdString(m_cohort.reader()),
            QString::fromStdString(study.name))
        .arg(study.maskRevision);
}

bool ReviewController::isDrawnOn() const
{
    return m_session.hasUnsavedWork();
}

annotations::StoredMask ReviewController::shownMask() const
{
    const auto& grid = m_session.labelMap()->grid();
    const auto slice = m_session.labelMap()->slice(m_slice);
    return {grid.columns, grid.rows, {slice.begin(), slice.end()}};
}

/// Finds a case on the store's thread, then reads its picture.
void ReviewController::ask(
    const QString& title, std::function<std::optional<CaseView>(CohortWorker&)> work, const QString& missing)
{
    m_reading = true;
    settle();
    m_jobs.start<std::optional<CaseView>>(
        {Lane::Store, kChannel, title},
        [&worker = m_cohort.worker(), work = std::move(work)](
            std::stop_token, const imaging::Progress&) { return work(worker); },
        [this, missing](std::optional<CaseView> view) { read(std::move(view), missing); },
        [this](const JobFailure& failure) {
            m_reading = false;
            settle();
            sayFailure(failure);
        });
}

void ReviewController::fetchNext()
{
    ask(
        tr("Looking for the next case"), [order = order()](CohortWorker& worker) { return worker.next(order); },
        tr("No case waits for a reader: import more, predict, or look at the decided ones."));
}

void ReviewController::read(std::optional<CaseView> view, const QString& missing)
{
    m_cohort.look(); // Claims are seen by others.
    if (!view) {
        m_reading = false;
        return showNothing(missing);
    }
    m_reading = true;
    m_case = std::move(view);
    settle();
    if (m_session.id() == journalKey(m_case->study)) // A study that is open cannot be prepared a second time.
        m_session.close();
    m_jobs.start<ShownCase>(
        {Lane::Io, kReadChannel, tr("Reading %1").arg(QString::fromStdString(m_case->study.name))},
        [folder = m_cohort.folder(), view = *m_case, key = journalKey(m_case->study), journals = m_session.journalPlace()](
            std::stop_token stop, const imaging::Progress& progress) {
            return readCase(folder, view, key, journals, stop, progress);
        },
        [this](ShownCase shown) {
            if (shown.opened.volume)
                show(std::move(shown));
        },
        [this](const JobFailure& failure) {
            m_reading = false;
            m_session.close();
            m_view.setVolume(nullptr);
            m_bar.setCase({}, tr("The case cannot be shown. N brings the next one."));
            settle();
            sayFailure(failure);
        });
}

void ReviewController::show(ShownCase shown)
{
    m_reading = false;
    m_slice = shown.opened.slice;
    m_messages.remove(kMessage);
    const bool stack = shown.opened.volume->grid().slices > 1;
    m_actions.tool(ui::ToolId::Select)->trigger();
    m_view.setVolume(shown.opened.volume, std::move(shown.middle));
    const auto restored = m_session.open(shown.opened.volume, journalKey(m_case->study), std::move(shown.work));
    m_state.setSlice(m_slice);
    m_editing = restored.steps > 0;
    imaging::Warnings warnings = shown.opened.warnings;
    warnings.insert(warnings.end(), restored.warnings.begin(), restored.warnings.end());
    if (stack)
        warnings.push_back("This case is slice " + std::to_string(m_slice + 1) + ": only its mask is kept.");
    QStringList texts;
    for (const auto& warning : warnings)
        texts << QString::fromStdString(warning);
    if (restored.steps > 0)
        texts << tr("What you had drawn was brought back (steps: %1).").arg(restored.steps);
    if (!texts.isEmpty())
        say(QStringLiteral("case"), texts.join(QLatin1Char(' ')), !warnings.empty());
    else
        m_messages.remove(QStringLiteral("case"));
    describe();
    settle();
    m_renew.start();
    Q_EMIT caseShown(m_case->study.id);
}

void ReviewController::showNothing(const QString& why)
{
    m_case.reset();
    m_editing = false;
    m_renew.stop();
    m_session.close();
    m_view.setVolume(nullptr);
    m_view.setCaption({});
    m_page.review().setHistory({});
    m_bar.setCase({}, why);
    m_messages.remove(kDoubts);
    settle();
    Q_EMIT caseShown(0);
}

/// What the window says about the case that is shown.
void ReviewController::describe()
{
    const auto& study = m_case->study;
    const QString name = QString::fromStdString(study.name);
    const QString sentence = QString::fromStdString(study.text).simplified();
    const QString place = annotations::isOpen(study.state)
        ? tr("case %1 of %2  ·  %3").arg(m_case->position + 1).arg(m_case->total).arg(name)
        : tr("%1  ·  %2").arg(name, ui::stateText(study.state));
    m_view.setCaption({place, sentence.isEmpty() ? tr("no sentence") : sentence.left(120)});
    m_page.setSubject(name);
    QStringList history;
    for (auto entry = m_case->history.rbegin(); entry != m_case->history.rend(); ++entry)
        history << ui::historyText(*entry);
    m_page.review().setHistory(history);
    QString about = ui::scoresText(study.scores, study.uncertainty);
    const auto made = std::find_if(m_case->history.begin(), m_case->history.end(),
        [&](const auto& entry) { return entry.revision == study.maskRevision; });
    // There are two lines: the scores of a model's mask, or where another mask comes from.
    const bool predicted = made != m_case->history.end() && made->action == annotations::Action::Predicted;
    if (made != m_case->history.end() && (!predicted || about.isEmpty()))
        about = tr("mask: %1").arg(ui::makerText(*made));
    m_bar.setCase(sentence, about);
    if (study.warnings.empty())
        m_messages.remove(kDoubts);
    else
        say(kDoubts, ui::warningsText(study.warnings), true);
}

void ReviewController::settle()
{
    m_cohort.setShownCase(shownCase());
    if (isBusy())
        m_bar.setState(State::Busy);
    else if (!m_case || !m_session.isOpen())
        m_bar.setState(State::NoCase);
    else if (m_editing)
        m_bar.setState(State::Editing);
    else
        m_bar.setState(m_case->mask ? State::Shown : State::WithoutMask);
}

void ReviewController::accept()
{
    if (!shownCase() || isBusy())
        return;
    m_session.finishStroke();
    const bool drawn = isDrawnOn() || (m_editing && !m_case->mask);
    if (!drawn && !m_case->mask)
        return say(kMessage, tr("This case has no mask yet that could be accepted: draw one (E), or predict."), true);
    decide(drawn ? Verdict::Edit : Verdict::Accept, After::GoOn, {});
}

void ReviewController::edit()
{
    if (!shownCase() || isBusy())
        return;
    const bool brushing = m_editing && m_state.tool() == ui::ToolId::Brush;
    m_editing = true;
    m_actions.tool(brushing ? ui::ToolId::Eraser : ui::ToolId::Brush)->trigger();
    m_view.setFocus();
    settle();
}

void ReviewController::reject()
{
    if (!shownCase() || isBusy())
        return;
    if (!m_case->mask)
        return say(kMessage, tr("This case has no mask that could be rejected."), true);
    m_session.finishStroke();
    if (!isDrawnOn())
        return decide(Verdict::Reject, After::GoOn, {});
    m_messages.show({kMessage, ui::MessageKind::Warning,
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
        return say(kMessage, tr("No case was decided in this window before this one."), false);
    const std::int64_t id = m_before.back();
    m_before.pop_back();
    take(id);
}

void ReviewController::take(std::int64_t id)
{
    if (isBusy() || id == shownCase())
        return;
    m_save.whenSafe(tr("before another case is shown"), [this, id] {
        const std::int64_t instead = m_case ? m_case->study.id : 0;
        ask(
            tr("Opening the case"),
            [id, instead, order = order()](CohortWorker& worker) { return worker.take(id, instead, order); },
            tr("Another reader has this case on the screen. N brings the next one."));
    });
}

void ReviewController::goOn()
{
    if (shownCase() == 0 && m_page.isShown())
        next();
}

/// A case of which a model made another mask meanwhile is shown anew, unless it has been drawn on.
void ReviewController::follow()
{
    if (!m_cohort.view().shown)
        return;
    const auto& study = *m_cohort.view().shown;
    if (isBusy() || m_editing || study.id != shownCase() || study.revision == m_case->study.revision
        || study.maskRevision == m_case->study.maskRevision || !annotations::isOpen(study.state))
        return;
    ask(
        tr("Showing the new mask"),
        [id = study.id, order = order()](CohortWorker& worker) { return worker.take(id, 0, order); },
        tr("Another reader has this case on the screen. N brings the next one."));
}

void ReviewController::decide(Verdict verdict, After after, std::function<void()> then)
{
    m_messages.remove(kMessage);
    annotations::Decision decision;
    decision.verdict = verdict;
    decision.revision = m_case->study.revision;
    decision.note = m_bar.takeNote().toStdString();
    if (verdict == Verdict::Edit)
        decision.mask = shownMask();
    m_deciding = true;
    settle();
    if (then)
        m_whenDecided.push_back(std::move(then));
    m_jobs.start<annotations::DecisionOutcome>(
        {Lane::Store, {}, tr("Keeping the decision")},
        [&worker = m_cohort.worker(), id = m_case->study.id, decision = std::move(decision)](
            std::stop_token, const imaging::Progress&) { return worker.decide(id, decision); },
        [this, after](const annotations::DecisionOutcome& outcome) { decided(outcome, after); },
        [this](const JobFailure& failure) {
            m_deciding = false;
            m_whenDecided.clear(); // What was to follow would lose the strokes.
            settle();
            const QString text = ui::errorText(failure.kind, failure.message);
            say(kMessage, tr("The decision was not kept; the case is still here. %1").arg(text), true);
            Q_EMIT failed(text);
        });
}

void ReviewController::decided(const annotations::DecisionOutcome& outcome, After after)
{
    m_deciding = false;
    m_editing = false;
    m_session.markSaved(m_session.revision());
    m_before.push_back(outcome.study.id);
    if (m_case)
        m_case->study = outcome.study;
    sayOutcome(outcome);
    m_cohort.look();
    if (after == After::GoOn)
        fetchNext();
    else
        settle();
    for (const auto& waiting : std::exchange(m_whenDecided, {}))
        waiting();
}

/// Says what else had happened to the case.
void ReviewController::sayOutcome(const annotations::DecisionOutcome& outcome)
{
    const QString name = QString::fromStdString(outcome.study.name);
    const QString other = QString::fromStdString(outcome.otherReader);
    if (outcome.result == DecisionResult::Conflict)
        say(kDecision,
            tr("%1 decided otherwise about %2 meanwhile: it stands as “%3”. Your decision is in its history; P goes "
               "back to it.")
                .arg(other, name, ui::stateText(outcome.study.state)),
            true);
    else if (outcome.result == DecisionResult::Applied)
        m_messages.remove(kDecision);
    else if (other.isEmpty())
        say(kDecision,
            tr("%1 was predicted anew meanwhile; your decision about the mask that you saw holds.").arg(name), false);
    else
        say(kDecision, tr("%1 had decided the same about %2.").arg(other, name), false);
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
    m_jobs.start<std::optional<CaseView>>(
        {Lane::Store, {}, {}},
        [&worker = m_cohort.worker(), id = m_case->study.id, revision = m_case->study.revision, text = text.toStdString(),
            order = order()](
            std::stop_token, const imaging::Progress&) { return worker.setText(id, revision, text, order); },
        [this, id = m_case->study.id](std::optional<CaseView> view) {
            m_cohort.look();
            if (!m_case || m_case->study.id != id)
                return;
            if (!view)
                return say(kMessage,
                    tr("The case changed meanwhile, so the sentence was not kept: open the case again."), true);
            m_case = std::move(view);
            describe();
            settle();
            if (m_editing || !annotations::isOpen(m_case->study.state))
                return say(
                    kMessage, tr("The sentence was kept. The mask stays the one that you drew or decided on."), false);
            say(kMessage, tr("The sentence was kept; the model draws its mask."), false);
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
        [&worker = m_cohort.worker(), id = m_case->study.id](
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
    m_messages.show({id, warning ? ui::MessageKind::Warning : ui::MessageKind::Info, text, {}, {}});
}

void ReviewController::sayFailure(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kMessage, ui::MessageKind::Error, text, tr("Next case"), [this] { next(); }});
    Q_EMIT failed(text);
}

} // namespace app
