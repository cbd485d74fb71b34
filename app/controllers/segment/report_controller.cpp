#include "app/controllers/segment/report_controller.h"

#include "app/controllers/segment/unread_drafts.h"
#include "app/workflow/text_match.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/draft_form.h"
#include "ui/panels/draft_sentences.h"
#include "ui/panels/match_list.h"
#include "ui/panels/report_tab.h"
#include "ui/panels/seen_picture.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/sentence_form.h"
#include "ui/qt_text.h"
#include "ui/views/view_state.h"

#include <utility>

namespace app {

namespace {

const QString kReportChannel = QStringLiteral("report");
const QString kReportMessage = QStringLiteral("report");
using DraftState = ui::DraftForm::State;

models::DraftRequest requestOf(const ui::DraftWish& wish)
{
    models::DraftRequest request;
    request.prompt = wish.prompt.toStdString();
    request.beams = request.texts = wish.beams;
    request.sample = wish.byChance;
    request.seed = wish.seed;
    return request;
}

QStringList sentencesOf(const std::vector<std::string>& sentences)
{
    QStringList list;
    for (const auto& sentence : sentences)
        list << ui::qt(sentence);
    return list;
}

} // namespace

ReportController::ReportController(JobRunner& jobs, Session& session, UnreadDrafts& drafts, ui::SegmentPage& page,
    ui::Messages& messages, ui::ViewState& state, ReporterWorker& worker, const QString& settingsFile,
    const std::filesystem::path& standardModel)
    : m_jobs(jobs)
    , m_session(session)
    , m_drafts(drafts)
    , m_page(page)
    , m_messages(messages)
    , m_state(state)
    , m_tab(page.report())
    , m_worker(worker)
    , m_model(m_tab.model(), settingsFile, QStringLiteral("reporter"),
          tr("Choose the folder of a BLIP, BLIP-2 or InstructBLIP: Hugging Face's, with config.json, weights and tokenizer, "
             "best one that has learnt from radiographs. Limn downloads none, and nothing leaves this computer."),
          standardModel)
{
    m_tab.form().setBeamCount(models::DraftRequest().beams);
    connect(&m_model, &ModelChoice::changed, this, &ReportController::modelChanged);
    connect(&session, &Session::opened, this, &ReportController::pictureChanged);
    connect(&session, &Session::closed, this, &ReportController::pictureChanged);
    connect(&state, &ui::ViewState::sliceChanged, this, &ReportController::describeSlice);
    connect(&m_tab, &ui::ReportTab::shown, this, &ReportController::openModel);
    connect(&m_tab, &ui::ReportTab::reportChanged, &m_tab.matches(), &ui::MatchList::clear); // It was another text.
    connect(&m_tab, &ui::ReportTab::compareRequested, this, [this] { compare(); });
    connect(&m_tab.form(), &ui::DraftForm::draftRequested, this, [this] { draft(); });
    connect(&m_tab.form(), &ui::DraftForm::stopRequested, this, &ReportController::stop);
    connect(&m_tab.form(), &ui::DraftForm::nextBeamRequested, this, &ReportController::nextBeam);
    connect(&m_tab.draft(), &ui::DraftSentences::used, this, &ReportController::useForMask);
    connect(&m_tab.draft(), &ui::DraftSentences::accepted, this,
        [this](const QString& sentence) { m_drafts.accept(m_session.id(), sentence); });
    pictureChanged();
}

/// A draft is the machine's and is let go with its picture.
void ReportController::pictureChanged()
{
    m_jobs.stopChannel(kReportChannel);
    m_seenSlice.reset();
    m_messages.remove(kReportMessage);
    m_tab.seen().clear();
    m_tab.matches().clear();
    forgetDraft();
    settle();
    if (m_tab.isVisible())
        openModel();
}

void ReportController::forgetDraft()
{
    m_soFar.clear();
    m_beams.clear();
    m_tab.draft().clear();
    m_tab.form().setTiming({});
    m_tab.form().setHasDraft(false);
    m_tab.form().setBeams(0, 0);
}

void ReportController::modelChanged()
{
    m_jobs.stopChannel(kReportChannel);
    m_abilities.reset();
    m_tried.clear();
    m_messages.remove(kReportMessage);
    settle();
    openModel();
}

/// What the model can do is known before it is asked, and the first draft does not wait for its loading.
void ReportController::openModel()
{
    const auto path = m_model.path();
    if (path.empty() || path == m_tried)
        return;
    m_tried = path;
    m_jobs.start<ReporterAbilities>(
        {Lane::Words, QStringLiteral("reporter"), tr("Opening the model that writes")},
        [&worker = m_worker, path](std::stop_token, const imaging::Progress&) { return worker.open(path); },
        [this](const ReporterAbilities& abilities) { learn(abilities); },
        [this](const JobFailure& failure) { say(failure); });
}

void ReportController::learn(const ReporterAbilities& abilities)
{
    m_abilities = abilities;
    using Prompt = ui::DraftForm::Prompt;
    m_tab.form().setPromptKind(!abilities.answers ? Prompt::Beginning
            : abilities.writes                    ? Prompt::Either
                                                  : Prompt::Question,
        QString::fromStdString(abilities.example));
    settle();
}

void ReportController::settle()
{
    const bool ready = m_session.isOpen() && !m_model.path().empty();
    const bool busy = m_jobs.isBusy(kReportChannel);
    m_tab.form().setState(busy ? DraftState::Writing
            : ready && (!m_abilities || m_abilities->writes || m_abilities->answers) ? DraftState::Ready
                                                                                     : DraftState::Off);
    m_tab.setCanCompare(ready && !busy && (!m_abilities || m_abilities->compares));
}

/// Reports mean the patient's sides.
ReporterTask ReportController::task(Confirmed confirmed) const
{
    return {m_model.path(), {m_session.volume(), m_state.slice()}, {imaging::Sides::Patient, confirmed}};
}

void ReportController::draft(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    if (m_model.path().empty())
        return say({imaging::ErrorKind::NotFound, m_model.advice().toStdString()});
    m_messages.remove(kReportMessage);
    forgetDraft();
    const auto wish = m_tab.form().wish();
    const auto task = this->task(confirmed);
    m_tried = task.model;
    m_beginning = wish.prompt;
    m_jobs.startInParts<std::string, DraftOutcome>(
        {Lane::Words, kReportChannel, tr("Drafting")},
        [&worker = m_worker, task, request = requestOf(wish)](
            std::stop_token stop, const imaging::Progress& progress, const auto& give) {
            return worker.write(task, request, stop, progress, [&give](const std::string& soFar) { give(soFar); });
        },
        [this](const std::string& soFar) {
            m_soFar = ui::qt(soFar);
            m_tab.draft().setText(whole(m_soFar));
            m_tab.showDraft();
        },
        [this, picture = task.picture, wish](
            DraftOutcome outcome) { finishDraft(picture, wish, std::move(outcome)); },
        [this](const JobFailure& failure) { say(failure, [this] { draft(Confirmed::Yes); }); }, [this] { settle(); });
    settle();
}

void ReportController::stop()
{
    if (!m_jobs.isBusy(kReportChannel))
        return;
    m_jobs.stopChannel(kReportChannel);
    const auto sentences = sentencesOf(textSentences(whole(m_soFar).toStdString()));
    m_tab.draft().setSentences(sentences);
    m_tab.form().setTiming(sentences.isEmpty() ? tr("stopped") : tr("stopped: the text is cut short"));
    m_tab.form().setHasDraft(!sentences.isEmpty());
    settle();
}

void ReportController::nextBeam()
{
    if (m_beams.size() < 2 || m_jobs.isBusy(kReportChannel))
        return;
    m_beam = (m_beam + 1) % m_beams.size();
    m_tab.draft().setSentences(sentencesOf(textSentences(whole(ui::qt(m_beams[m_beam].text)).toStdString())));
    m_tab.form().setBeams(static_cast<int>(m_beam), static_cast<int>(m_beams.size()));
    m_tab.showDraft();
}

/// A sentence whose beginning was typed is accepted with it.
QString ReportController::whole(const QString& written) const
{
    const bool asked = m_beginning.endsWith(QLatin1Char('?')) || m_beginning.endsWith(QChar(0xFF1F));
    const bool goesOn = !m_abilities || (m_abilities->writes && !(m_abilities->answers && asked));
    if (written.isEmpty() || m_beginning.isEmpty() || !goesOn)
        return written;
    const bool joins = written.front().isPunct() || written.front().isSpace();
    return m_beginning + (joins ? QString() : QStringLiteral(" ")) + written;
}

void ReportController::finishDraft(const PictureChoice& picture, const ui::DraftWish& wish, DraftOutcome outcome)
{
    learn(outcome.abilities);
    showSeen(picture, outcome.view);
    const auto& draft = outcome.draft;
    const QString text = draft.texts.empty() ? QString() : whole(ui::qt(draft.texts.front().text));
    m_tab.draft().setSentences(sentencesOf(textSentences(text.toStdString())));
    m_tab.showDraft();
    m_tab.form().setHasDraft(true);
    m_beams = draft.texts;
    m_beam = 0;
    m_tab.form().setBeams(0, static_cast<int>(m_beams.size()));
    const QString first = wish.beams > 1 ? tr("The whole text of %1 beams after %2 s").arg(wish.beams)
                                         : tr("First token after %1 s");
    const double speed = draft.seconds > 0 ? draft.tokens / draft.seconds : 0;
    m_tab.form().setTiming(tr("%1, %2 tokens per second (%3 tokens in %4 s)")
                               .arg(first.arg(draft.firstTokenSeconds, 0, 'f', 2))
                               .arg(speed, 0, 'f', 1)
                               .arg(draft.tokens)
                               .arg(draft.seconds, 0, 'f', 2));
    auto warnings = draft.warnings;
    if (outcome.sentences.empty())
        warnings.push_back(tr("The model wrote nothing about this picture.").toStdString());
    if (!warnings.empty())
        m_messages.show({kReportMessage, ui::MessageKind::Warning, ui::joined(warnings), {}, {}});
    Q_EMIT drafted();
}

void ReportController::compare(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    if (m_model.path().empty())
        return say({imaging::ErrorKind::NotFound, m_model.advice().toStdString()});
    m_messages.remove(kReportMessage);
    m_tab.matches().clear();
    const auto task = this->task(confirmed);
    m_tried = task.model;
    m_jobs.start<MatchOutcome>(
        {Lane::Words, kReportChannel, tr("Comparing the report with the picture")},
        [&worker = m_worker, task, text = m_tab.report().toStdString()](
            std::stop_token stop, const imaging::Progress& progress) { return worker.match(task, text, stop, progress); },
        [this, picture = task.picture](const MatchOutcome& outcome) { finishMatch(picture, outcome); },
        [this](const JobFailure& failure) { say(failure, [this] { compare(Confirmed::Yes); }); },
        [this] { settle(); });
    settle();
}

void ReportController::finishMatch(const PictureChoice& picture, const MatchOutcome& outcome)
{
    learn(outcome.abilities);
    showSeen(picture, outcome.view);
    const auto& whole = outcome.match.whole;
    QList<ui::MatchLine> lines{{{}, whole.probability, whole.calibrated, whole.fits}};
    for (const auto& [sentence, match] : outcome.match.sentences)
        if (outcome.match.sentences.size() > 1)
            lines << ui::MatchLine{ui::qt(sentence), match.probability, match.calibrated, match.fits};
    const QString what = sliceText(*picture.volume, picture.slice);
    m_tab.matches().setLines(whole.calibrated ? tr("How many texts that score as this one fit, with %1").arg(what)
                                              : tr("How well it fits %1").arg(what),
        lines);
    if (!outcome.match.whole.warnings.empty())
        m_messages.show({kReportMessage, ui::MessageKind::Warning, ui::joined(outcome.match.whole.warnings), {}, {}});
    Q_EMIT compared();
}

void ReportController::showSeen(const PictureChoice& picture, const models::ReporterView& view)
{
    m_seenSlice = picture.slice;
    m_tab.seen().setPicture(view.size, view.seen,
        tr("What the model saw: %1, %2 x %2 pixels, encoded in %3 s")
            .arg(sliceText(*picture.volume, picture.slice))
            .arg(view.size)
            .arg(view.seconds, 0, 'f', 2));
    describeSlice();
}

void ReportController::describeSlice()
{
    const bool other = m_session.isOpen() && m_seenSlice && *m_seenSlice != m_state.slice();
    m_tab.seen().setNote(
        other ? tr("The next question is about %1.").arg(sliceText(*m_session.volume(), m_state.slice())) : QString());
}

/// Also of a model that could not be opened. `confirm`: does it all the same.
void ReportController::say(const JobFailure& failure, std::function<void()> confirm)
{
    const bool sides = failure.confirmable == imaging::Confirmable::Sides;
    const bool asks = confirm && (sides || failure.confirmable == imaging::Confirmable::Run);
    const QString text = ui::errorText(failure.kind, failure.message);
    m_tab.draft().clear();
    m_messages.show({kReportMessage, asks ? ui::MessageKind::Warning : ui::MessageKind::Error, text,
        asks ? (sides ? tr("It lies as usual") : tr("Run all the same")) : QString(), asks ? std::move(confirm) : std::function<void()>()});
    settle();
    Q_EMIT failed(text);
}

/// It is not run: what a machine wrote is read by someone first.
void ReportController::useForMask(const QString& sentence)
{
    m_drafts.use(m_session.id(), sentence);
    auto& panel = m_page.panel();
    const QString before = panel.sentence();
    const auto sides = panel.textSides();
    panel.form().setTextSides(imaging::Sides::Patient); // As every sentence of this tab.
    panel.setSentence(sentence);
    m_page.actions().focusSentence->trigger();
    const bool lost = !before.trimmed().isEmpty() && before != sentence;
    m_messages.show({kReportMessage, ui::MessageKind::Warning,
        tr("The sentence is a machine's draft about this picture: read it and correct it before you segment by it.")
            + (sides == imaging::Sides::Picture ? tr(" Left and right in it are the patient's.") : QString()),
        lost ? tr("Bring mine back") : QString(),
        lost ? std::function<void()>([&panel, before, sides] {
            panel.form().setTextSides(sides);
            panel.setSentence(before);
        })
             : std::function<void()>()});
}

} // namespace app
