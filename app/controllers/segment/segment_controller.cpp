#include "app/controllers/segment/segment_controller.h"

#include "app/controllers/segment/unread_drafts.h"
#include "app/workflow/prompt.h"
#include "app/workflow/slice_range.h"
#include "imaging/slice.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/accept_row.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/sentence_form.h"
#include "ui/views/view_state.h"

#include <QAction>
#include <QMessageBox>

#include <utility>

namespace app {

namespace {

const QString kSegmentChannel = QStringLiteral("segment");
const QString kSegmentMessage = QStringLiteral("segment");
const QString kModelMessage = QStringLiteral("model");

} // namespace

SegmentController::SegmentController(JobRunner& jobs, Session& session, const UnreadDrafts& drafts,
    ui::SegmentPage& page, ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state,
    SegmentWorker& worker, const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_drafts(drafts)
    , m_page(page)
    , m_messages(messages)
    , m_state(state)
    , m_panel(page.panel())
    , m_worker(worker)
    , m_proposals(jobs, session, drafts, page, messages, picture, state, settingsFile)
{
    connect(&session, &Session::opened, this, &SegmentController::pictureOpened);
    connect(&session, &Session::closed, this, &SegmentController::pictureClosed);
    connect(&page, &ui::Page::shown, this, &SegmentController::prepare);
    connect(&m_panel, &ui::SegmentPanel::runRequested, this, [this] { run(Confirmed::No); });
    connect(&m_panel, &ui::SegmentPanel::cancelRequested, this, &SegmentController::cancel);
    connect(&m_panel, &ui::SegmentPanel::acceptRequested, this, &SegmentController::accept);
    connect(&m_panel, &ui::SegmentPanel::discardRequested, this, &SegmentController::discard);
    connect(&m_panel, &ui::SegmentPanel::sentenceChanged, this, &SegmentController::describeModelText);
    connect(&m_panel, &ui::SegmentPanel::sentenceChanged, this, &SegmentController::markDraft);
    connect(&drafts, &UnreadDrafts::changed, this, &SegmentController::markDraft);
    auto& actions = page.actions();
    connect(actions.run, &QAction::triggered, this, [this] { run(Confirmed::No); });
    connect(actions.cancel, &QAction::triggered, this, &SegmentController::cancel);
    connect(actions.accept, &QAction::triggered, this, &SegmentController::accept);
    connect(actions.discard, &QAction::triggered, this, &SegmentController::discard);
    connect(&state, &ui::ViewState::sliceChanged, this, &SegmentController::describeModelText);
    connect(actions.runAll, &QAction::triggered, this, [this] {
        m_panel.chooseAllSlices();
        run(Confirmed::No);
    });
    connect(&m_panel.acceptRow(), &ui::AcceptRow::takeBackRequested, this, [this] { promise(false); });
    connect(&m_proposals, &ProposalController::shownChanged, this, &SegmentController::settle);
    connect(&m_proposals, &ProposalController::accepted, this, &SegmentController::accepted);
    connect(&m_proposals, &ProposalController::refused, this, &SegmentController::refused);
}

void SegmentController::pictureOpened()
{
    m_proposals.leavePicture();
    m_promised = false;
    m_panel.clear();
    m_panel.setThreshold(m_package ? m_package->threshold : models::PackageInfo().threshold);
    m_messages.remove(kSegmentMessage);
    m_panel.setSliceCount(m_session.volume()->grid().slices);
    m_panel.setState(ui::SegmentPanel::State::Idle);
    m_proposals.enterPicture();
    m_prepared = false;
    prepare();
}

/// The model for the open picture, once the page is in sight.
void SegmentController::prepare()
{
    if (!m_page.isShown() || !m_session.isOpen() || std::exchange(m_prepared, true))
        return;
    warmUp();
}

void SegmentController::pictureClosed()
{
    m_jobs.stopChannel(kSegmentChannel);
    m_proposals.leavePicture();
    m_promised = false;
    m_panel.clear();
    m_panel.setState(ui::SegmentPanel::State::NoPicture);
}

void SegmentController::beforeEnd(std::function<void()> then)
{
    const std::size_t open = m_proposals.undecided();
    if (open == 0)
        return then();
    if (m_asking)
        return;
    m_asking = true;
    auto* box = new QMessageBox(QMessageBox::Question, tr("Proposals that were not accepted"),
        open == 1 ? tr("A proposal of the model was neither accepted nor discarded. It is lost when the program ends.")
                  : tr("%1 proposals of the model were neither accepted nor discarded. They are lost when the program "
                       "ends.")
                        .arg(open),
        QMessageBox::Discard | QMessageBox::Cancel, m_panel.window());
    box->setObjectName(QStringLiteral("proposalsBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, then = std::move(then)](int button) {
        m_asking = false;
        if (button == QMessageBox::Discard)
            then();
    });
    box->open();
}

void SegmentController::learn(const models::PackageInfo& package)
{
    const bool first = !m_package;
    m_package = package;
    const bool ownWords = package.textWording == models::TextWording::LvitReport;
    m_panel.form().setModelFinding(ownWords ? QString::fromStdString(package.finding) : QString());
    if (first)
        m_panel.setThreshold(package.threshold);
}

void SegmentController::warmUp()
{
    const auto volume = m_session.volume();
    const int slice = m_state.slice();
    m_jobs.start<models::PackageInfo>(
        {Lane::Inference, QStringLiteral("warm-up"), tr("Preparing the model")},
        [&worker = m_worker, volume, slice](
            std::stop_token stop, const imaging::Progress&) { return worker.warmUp(volume, slice, stop); },
        [this](const models::PackageInfo& package) {
            learn(package);
            m_messages.remove(kModelMessage);
            describeModelText();
        },
        [this](const JobFailure& failure) {
            m_messages.show({kModelMessage, ui::MessageKind::Warning,
                tr("Segmentation by words is not available; everything else is. %1")
                    .arg(ui::errorText(failure.kind, failure.message).simplified()),
                tr("Try again"), [this] { warmUp(); }});
        });
}

void SegmentController::describeModelText()
{
    const std::string text = m_panel.sentence().trimmed().toStdString();
    if (!m_package || !m_session.isOpen() || text.empty()) {
        m_panel.form().setModelText({});
        return;
    }
    if (inPackageWording(text, *m_package).verdict != annotations::ReadingVerdict::Draw) {
        m_panel.form().setModelText(tr("Nothing is sent to the model unless you confirm it."));
        return;
    }
    const auto sides = imaging::sidesOf(*m_session.volume(), m_state.slice());
    const ModelText converted = textForModel(text, m_panel.textSides(), *m_package, sides, Confirmed::Yes);
    const QString whose =
        m_package->textSides == imaging::Sides::Picture ? tr("picture's sides") : tr("patient's sides");
    QStringList remarks;
    for (const auto& warning : converted.warnings)
        remarks << QString::fromStdString(warning);
    m_panel.form().setModelText(
        tr("To the model (%1): “%2”").arg(whose, QString::fromStdString(converted.text)), remarks);
}

void SegmentController::markDraft()
{
    const bool unread = m_session.isOpen() && m_drafts.contains(m_session.id(), m_panel.sentence());
    const auto mark = tr("Machine-written draft, not accepted yet: what is drawn by it says so. Accept it in the Report "
                         "tab, or write your own.");
    m_panel.setDraftMark(unread ? mark : QString());
}

void SegmentController::run(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    m_messages.remove(kSegmentMessage);
    if (m_panel.sentence().trimmed().isEmpty())
        return failed({imaging::ErrorKind::InvalidInput,
            tr("The sentence is empty: choose fields or write what is seen.").toStdString()});
    m_promised = false;
    m_proposals.beginRun();
    const int shown = m_state.slice();
    const auto [first, last] = m_panel.slicesToRun(shown);
    const SegmentTask task{m_session.volume(),
        {slicesOutward(first, last, shown), m_panel.sentence().trimmed().toStdString(), m_panel.textSides(),
            confirmed}};
    m_answered = 0;
    m_asked = task.request.slices.size();
    m_clock.start();
    m_panel.setTiming({});
    m_panel.setState(ui::SegmentPanel::State::Running);
    using Part = std::pair<SegmentOutcome, SliceAnswer>;
    m_jobs.startInParts<Part, SegmentOutcome>(
        {Lane::Inference, kSegmentChannel, tr("Segmenting")},
        [&worker = m_worker, task](std::stop_token stop, const imaging::Progress& progress, const auto& give) {
            return worker.run(task, stop, progress, [&give](const SegmentOutcome& soFar, SliceAnswer slice) {
                give(Part{soFar, std::move(slice)});
            });
        },
        [this, task](Part part) {
            ++m_answered;
            m_proposals.add(task, part.first, std::move(part.second));
            if (m_asked > 1)
                m_panel.setTiming(tr("%1 of %2 slices").arg(m_answered).arg(m_asked));
        },
        [this, task](SegmentOutcome answer) { finish(task, std::move(answer)); },
        [this](const JobFailure& failure) {
            runEnded();
            failed(failure);
        },
        [this] { runEnded(); });
}

/// Also of a run that was stopped or failed.
void SegmentController::runEnded()
{
    if (m_jobs.isBusy(kSegmentChannel))
        return; // Of another run, which took its place.
    m_promised = false;
    m_proposals.endRun();
    settle();
}

void SegmentController::settle()
{
    if (m_session.isOpen() && !m_jobs.isBusy(kSegmentChannel))
        m_panel.setState(m_proposals.isShown() ? ui::SegmentPanel::State::Proposal : ui::SegmentPanel::State::Idle);
}

void SegmentController::cancel()
{
    if (!m_jobs.isBusy(kSegmentChannel))
        return;
    m_jobs.stopChannel(kSegmentChannel);
    m_panel.setTiming(m_answered > 0 ? tr("cancelled after %1 of %2 slices").arg(m_answered).arg(m_asked)
                                     : tr("cancelled"));
    runEnded();
}

void SegmentController::promise(bool promised)
{
    m_promised = promised;
    m_panel.setPromised(promised);
}

void SegmentController::accept()
{
    if (m_jobs.isBusy(kSegmentChannel))
        promise(!m_promised);
    else
        m_proposals.accept();
}

void SegmentController::failed(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    settle();
    m_messages.show({kSegmentMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT refused(text);
}

void SegmentController::askToConfirm(const imaging::Warnings& doubts)
{
    const QString text = ui::joined(doubts);
    m_messages.show(
        {kSegmentMessage, ui::MessageKind::Warning, text, tr("Run all the same"), [this] { run(Confirmed::Yes); }});
    Q_EMIT refused(text);
}

void SegmentController::finish(const SegmentTask& task, SegmentOutcome answer)
{
    const bool promised = m_promised;
    learn(answer.package);
    const auto doubts = answer.doubts;
    auto warnings = answer.warnings;
    if (doubts.empty())
        m_proposals.complete(std::move(answer));
    runEnded();
    if (!doubts.empty())
        return askToConfirm(doubts);
    if (m_answered == 0)
        return;
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    m_panel.setTiming(task.request.slices.size() == 1
            ? tr("%1 s").arg(seconds, 0, 'f', 2)
            : tr("%1 slices in %2 s").arg(task.request.slices.size()).arg(seconds, 0, 'f', 1));
    std::erase_if(warnings,
        [this](const std::string& warning) { return m_panel.form().shows(QString::fromStdString(warning)); });
    if (!warnings.empty())
        m_messages.show({kSegmentMessage, ui::MessageKind::Warning, ui::joined(warnings), {}, {}});
    Q_EMIT proposed();
    if (promised)
        accept();
}

} // namespace app
