#include "app/controllers/segment_controller.h"

#include "app/workflow/prompt.h"
#include "app/workflow/slice_range.h"
#include "imaging/slice.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/panels/accept_row.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/segment_panel.h"
#include "ui/slice_view.h"

#include <QAction>

#include <utility>

namespace app {

namespace {

const QString kChannel = QStringLiteral("segment");
const QString kMessage = QStringLiteral("segment");
const QString kModelMessage = QStringLiteral("model");

QString joined(const imaging::Warnings& sentences)
{
    QStringList texts;
    for (const auto& sentence : sentences)
        texts << QString::fromStdString(sentence);
    return texts.join(QLatin1Char(' '));
}

} // namespace

SegmentController::SegmentController(JobRunner& jobs, Session& session, ui::MainWindow& window, SegmentWorker& worker,
    const QString& settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_panel(window.segmentPanel())
    , m_worker(worker)
    , m_proposals(jobs, session, window, settingsFile)
{
    connect(&session, &Session::opened, this, &SegmentController::pictureOpened);
    connect(&session, &Session::closed, this, &SegmentController::pictureClosed);
    connect(&m_panel, &ui::SegmentPanel::runRequested, this, [this] { run(Confirmed::No); });
    connect(&m_panel, &ui::SegmentPanel::cancelRequested, this, &SegmentController::cancel);
    connect(&m_panel, &ui::SegmentPanel::acceptRequested, this, &SegmentController::accept);
    connect(&m_panel, &ui::SegmentPanel::discardRequested, this, &SegmentController::discard);
    connect(&m_panel, &ui::SegmentPanel::sentenceChanged, this, &SegmentController::describeModelText);
    auto& actions = window.actions();
    connect(actions.run, &QAction::triggered, this, [this] { run(Confirmed::No); });
    connect(actions.cancel, &QAction::triggered, this, &SegmentController::cancel);
    connect(actions.accept, &QAction::triggered, this, &SegmentController::accept);
    connect(actions.discard, &QAction::triggered, this, &SegmentController::discard);
    connect(&window.view(), &ui::SliceView::sliceChanged, this, &SegmentController::describeModelText);
    connect(actions.runAll, &QAction::triggered, this, [this] {
        m_panel.chooseAllSlices();
        run(Confirmed::No);
    });
    connect(&m_panel.acceptRow(), &ui::AcceptRow::takeBackRequested, this, [this] { promise(false); });
    connect(&m_proposals, &ProposalController::shownChanged, this, &SegmentController::settle);
    connect(&m_proposals, &ProposalController::accepted, this, &SegmentController::accepted);
    connect(&m_proposals, &ProposalController::refused, this, &SegmentController::refused);
}

UserSides SegmentController::sides() const
{
    return m_panel.pictureSides() ? UserSides::Picture : UserSides::Patient;
}

void SegmentController::pictureOpened()
{
    m_proposals.clear();
    m_promised = false;
    m_panel.clear();
    m_panel.setThreshold(m_package ? m_package->threshold : models::PackageInfo().threshold);
    m_window.messages().remove(kMessage);
    m_panel.setSliceCount(m_session.volume()->grid().slices);
    m_panel.setState(ui::SegmentPanel::State::Idle);
    if (m_window.page() == ui::Page::Segment)
        warmUp();
}

void SegmentController::pictureClosed()
{
    m_jobs.stopChannel(kChannel);
    m_proposals.clear();
    m_promised = false;
    m_panel.clear();
    m_panel.setState(ui::SegmentPanel::State::NoPicture);
}

void SegmentController::learn(const models::PackageInfo& package)
{
    const bool first = !m_package;
    m_package = package;
    const bool ownWords = package.textWording == models::TextWording::LvitReport;
    m_panel.setModelFinding(ownWords ? QString::fromStdString(package.finding) : QString());
    if (first)
        m_panel.setThreshold(package.threshold);
}

void SegmentController::warmUp()
{
    const auto volume = m_session.volume();
    const int slice = m_window.view().slice();
    m_jobs.start<models::PackageInfo>(
        {Lane::Inference, QStringLiteral("warm-up"), tr("Preparing the model")},
        [&worker = m_worker, volume, slice](
            std::stop_token stop, const imaging::Progress&) { return worker.warmUp(volume, slice, stop); },
        [this](const models::PackageInfo& package) {
            learn(package);
            m_window.messages().remove(kModelMessage);
            describeModelText();
        },
        [this](const JobFailure& failure) {
            m_window.messages().show({kModelMessage, ui::MessageKind::Warning,
                tr("Segmentation by words is not available; everything else is. %1")
                    .arg(ui::errorText(failure.kind, failure.message).simplified()),
                tr("Try again"), [this] { warmUp(); }});
        });
}

void SegmentController::describeModelText()
{
    const std::string text = m_panel.sentence().trimmed().toStdString();
    if (!m_package || !m_session.isOpen() || text.empty()) {
        m_panel.setModelText({});
        return;
    }
    const auto sides = imaging::sidesOf(*m_session.volume(), m_window.view().slice());
    const ModelText converted = textForModel(text, this->sides(), *m_package, sides, Confirmed::Yes);
    const QString whose =
        m_package->textSides == models::TextSides::Picture ? tr("picture's sides") : tr("patient's sides");
    QString line = tr("To the model (%1): “%2”").arg(whose, QString::fromStdString(converted.text));
    if (!converted.warnings.empty())
        line += QLatin1Char('\n') + joined(converted.warnings);
    m_panel.setModelText(line);
}

void SegmentController::run(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    m_window.messages().remove(kMessage);
    if (m_panel.sentence().trimmed().isEmpty())
        return failed({imaging::ErrorKind::InvalidInput,
            tr("The sentence is empty: choose fields or write what is seen.").toStdString()});
    m_promised = false;
    m_proposals.beginRun();
    const int shown = m_window.view().slice();
    const auto [first, last] = m_panel.slicesToRun(shown);
    const SegmentTask task{m_session.volume(), slicesOutward(first, last, shown),
        m_panel.sentence().trimmed().toStdString(), sides(), confirmed};
    m_answered = 0;
    m_asked = task.slices.size();
    m_clock.start();
    m_panel.setTiming({});
    m_panel.setState(ui::SegmentPanel::State::Running);
    using Part = std::pair<SegmentAnswer, SliceAnswer>;
    m_jobs.startInParts<Part, SegmentAnswer>(
        {Lane::Inference, kChannel, tr("Segmenting")},
        [&worker = m_worker, task](std::stop_token stop, const imaging::Progress& progress, const auto& give) {
            return worker.run(task, stop, progress, [&give](const SegmentAnswer& soFar, SliceAnswer slice) {
                give(Part{soFar, std::move(slice)});
            });
        },
        [this, task](Part part) {
            ++m_answered;
            m_proposals.add(task, part.first, std::move(part.second));
            if (m_asked > 1)
                m_panel.setTiming(tr("%1 of %2 slices").arg(m_answered).arg(m_asked));
        },
        [this, task](SegmentAnswer answer) { finish(task, std::move(answer)); },
        [this](const JobFailure& failure) {
            runEnded();
            failed(failure);
        },
        [this] { runEnded(); });
}

/// Also of a run that was stopped or failed.
void SegmentController::runEnded()
{
    if (m_jobs.isBusy(kChannel))
        return; // Of another run, which took its place.
    m_promised = false;
    m_proposals.endRun();
    settle();
}

void SegmentController::settle()
{
    if (m_session.isOpen() && !m_jobs.isBusy(kChannel))
        m_panel.setState(m_proposals.isShown() ? ui::SegmentPanel::State::Proposal : ui::SegmentPanel::State::Idle);
}

void SegmentController::cancel()
{
    if (!m_jobs.isBusy(kChannel))
        return;
    m_jobs.stopChannel(kChannel);
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
    if (m_jobs.isBusy(kChannel))
        promise(!m_promised);
    else
        m_proposals.accept();
}

void SegmentController::failed(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    settle();
    m_window.messages().show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT refused(text);
}

void SegmentController::askToConfirm(const imaging::Warnings& doubts)
{
    const QString text = joined(doubts);
    m_window.messages().show(
        {kMessage, ui::MessageKind::Warning, text, tr("Run all the same"), [this] { run(Confirmed::Yes); }});
    Q_EMIT refused(text);
}

void SegmentController::finish(const SegmentTask& task, SegmentAnswer answer)
{
    const bool promised = m_promised;
    learn(answer.package);
    const auto doubts = answer.doubts;
    const auto warnings = answer.warnings;
    if (doubts.empty())
        m_proposals.complete(std::move(answer));
    runEnded();
    if (!doubts.empty())
        return askToConfirm(doubts);
    if (m_answered == 0)
        return;
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    m_panel.setTiming(task.slices.size() == 1
            ? tr("%1 s").arg(seconds, 0, 'f', 2)
            : tr("%1 slices in %2 s").arg(task.slices.size()).arg(seconds, 0, 'f', 1));
    if (!warnings.empty())
        m_window.messages().show({kMessage, ui::MessageKind::Warning, joined(warnings), {}, {}});
    Q_EMIT proposed();
<<<<<<< HEAD
}

void SegmentController::addPrompt()
{
    const auto& task = m_proposal->task;
    QString where;
    if (task.slices.size() > 1)
        where = tr(" · %1 slices").arg(task.slices.size());
    else if (task.volume->grid().slices > 1)
        where = tr(" · slice %1").arg(task.slices.front() + 1);
    m_panel.addPrompt(QString::fromStdString(task.text), QTime::currentTime().toString(QStringLiteral("HH:mm")) + where,
        QColor(proposalColours().at(1)));
}

/// By class, from 1: those of the labels that the proposal would go to.
std::vector<QRgb> SegmentController::proposalColours() const
{
    const auto& classes = m_proposal->answer.package.classes;
    if (classes.empty()) {
        const auto* label = m_session.label(m_session.activeLabel());
        return {0, (label ? colourOf(*label) : QColor(214, 139, 82)).rgb()};
    }
    auto labels = m_session.labels();
    std::vector<QRgb> colours{0};
    for (const auto value : labelsForClasses(labels, classes))
        colours.push_back(colourOf(*annotations::findLabel(labels, value)).rgb());
    return colours;
}

ui::SlicePreview SegmentController::previewOf(
    int slice, const ProposedSlice& proposed, std::vector<float> probabilities) const
{
    return {slice, std::move(probabilities), proposed.classes, m_panel.threshold(), proposalColours()};
}

/// The proposal on the slice that is shown now.
void SegmentController::showPreview()
{
    auto& view = m_window.view();
    if (!m_proposal)
        return view.setPreview(std::nullopt);
    const auto found = m_proposal->slices.find(view.slice());
    if (found == m_proposal->slices.end())
        return view.setPreview(std::nullopt);
    view.setPreview(previewOf(view.slice(), found->second, fromHundredths(found->second.hundredths)));
}

void SegmentController::compareWithText()
{
    m_jobs.stopChannel(kCompareChannel);
    if (!m_proposal)
        return m_panel.setHint({});
    const auto& task = m_proposal->task;
    if (task.slices.size() > 1)
        return m_panel.setHint(tr("The proposal covers %1 slices: scroll to see it, accept or discard it as a whole.")
                                   .arg(m_proposal->slices.size()));
    const int slice = task.slices.front();
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, kCompareChannel, {}},
        [hundredths = m_proposal->slices.at(slice).hundredths, threshold = m_panel.threshold(), text = task.text,
            grid = task.volume->grid(), sides = imaging::sidesOf(*task.volume, slice),
            user = sides()](std::stop_token, const imaging::Progress&) {
            return remarksOn(thresholded(fromHundredths(hundredths), threshold), text, grid, sides, user);
        },
        [this](const imaging::Warnings& remarks) { m_panel.setHint(joined(remarks)); });
}

void SegmentController::accept()
{
    if (!m_proposal || !m_session.isOpen() || m_jobs.isBusy(kChannel) || m_session.refusesEdit())
        return;
    const auto& classes = m_proposal->answer.package.classes;
    auto labels = m_session.labels();
    const auto values =
        classes.empty() ? std::vector<std::uint16_t>{m_session.activeLabel()} : labelsForClasses(labels, classes);
    for (const auto value : values) {
        const auto* label = annotations::findLabel(labels, value);
        if (label && !label->locked && label->visible)
            continue;
        m_window.messages().show({kMessage, ui::MessageKind::Warning,
            classes.empty()
                ? tr("The chosen label is locked or hidden: choose another one, or unlock it, and accept again.")
                : tr("The label “%1”, which a class of the model goes to, is locked or hidden: unlock and show it, and "
                     "accept again.")
                      .arg(QString::fromStdString(label->name)),
            {}, {}});
        return;
    }
    const bool small = m_session.volume()->grid().sliceVoxels() <= kAcceptedAtOnce;
    if (m_proposal->slices.size() == 1 && small)
        acceptOne(m_panel.threshold(), values);
    else
        acceptMany(m_panel.threshold(), values);
}

QString SegmentController::stepName(const Proposal& proposal) const
{
    const QString text = shortened(QString::fromStdString(proposal.task.text));
    return proposal.slices.size() == 1 ? tr("Segment “%1”").arg(text)
                                       : tr("Segment “%1” on %2 slices").arg(text).arg(proposal.slices.size());
}

void SegmentController::acceptOne(float threshold, const std::vector<std::uint16_t>& values)
{
    const Proposal proposal = std::move(*m_proposal);
    dropProposal();
    m_panel.setState(ui::SegmentPanel::State::Idle);
    replaceMasks(proposal, stepName(proposal), {proposal.slices.begin()->first},
        runsAbove(proposal.slices, m_session.volume()->grid(), threshold, values), threshold, values);
}

/// The masks of many slices, or of a huge one, are made on another thread; only what changes is painted on this one.
void SegmentController::acceptMany(float threshold, const std::vector<std::uint16_t>& values)
{
    const QString name = stepName(*m_proposal);
    auto slices = std::exchange(m_proposal->slices, {});
    std::vector<int> indices;
    for (const auto& [slice, proposed] : slices)
        indices.push_back(slice);
    m_panel.setState(ui::SegmentPanel::State::Running);
    m_jobs.start<std::vector<LabelRun>>(
        {Lane::Io, kAcceptChannel, tr("Accepting the masks")},
        [slices = std::move(slices), grid = m_session.volume()->grid(), threshold, values](
            std::stop_token, const imaging::Progress&) { return runsAbove(slices, grid, threshold, values); },
        [this, name, indices, threshold, values, proposal = std::move(*m_proposal)](const std::vector<LabelRun>& runs) {
            m_window.view().setPreview(std::nullopt);
            m_panel.setState(ui::SegmentPanel::State::Idle);
            replaceMasks(proposal, name, indices, runs, threshold, values);
        },
        [this](const JobFailure& failure) { failed(failure); });
    m_proposal.reset(); // The view keeps showing it until its mask is there.
    m_compareSoon.stop();
    m_panel.setHint({});
}

/// A new proposal replaces what the labels held on its slices, as one step.
void SegmentController::replaceMasks(const Proposal& proposal, const QString& name, const std::vector<int>& slices,
    const std::vector<LabelRun>& runs, float threshold, const std::vector<std::uint16_t>& values)
{
    const auto edit = m_session.beginEdit();
    std::vector<std::uint16_t> held;
    std::copy_if(values.begin(), values.end(), std::back_inserter(held),
        [this](std::uint16_t value) { return m_session.voxelsOf(value) > 0; });
    for (const int slice : slices)
        if (!held.empty() && m_session.voxelsOnSlice(slice) > 0)
            eraseLabels(*edit, slice, held);
    for (const auto& run : runs)
        edit->paintRun(run.offset, run.count, run.value);
    if (m_session.commit(*edit, name, edit->changed() ? markedLabels(proposal, threshold, runs) : m_session.labels()))
        m_session.setProvenance(provenanceOf(proposal.answer.package, proposal.answer.modelText, threshold));
    Q_EMIT accepted();
}

/// The session's labels, those of the model's classes added, with what made the masks of `runs`.
annotations::LabelTable SegmentController::markedLabels(
    const Proposal& proposal, float threshold, const std::vector<LabelRun>& runs) const
{
    const auto provenance = provenanceOf(proposal.answer.package, proposal.answer.modelText, threshold);
    auto labels = m_session.labels();
    if (!proposal.answer.package.classes.empty())
        labelsForClasses(labels, proposal.answer.package.classes);
    std::set<std::uint16_t> marked;
    for (const auto& run : runs)
        marked.insert(run.value);
    for (const auto value : marked) {
        auto* label = annotations::findLabel(labels, value);
        if (!label)
            continue;
        applyProvenance(*label, proposal.task.text, provenance, annotations::AlgorithmType::Automatic);
        label->laterality = proposal.answer.laterality;
    }
    return labels;
}

void SegmentController::discard()
{
    if (!m_proposal || m_jobs.isBusy(kChannel))
        return;
    dropProposal();
    m_panel.setState(ui::SegmentPanel::State::Idle);
}

void SegmentController::dropProposal()
{
    m_proposal.reset();
    m_compareSoon.stop();
    m_jobs.stopChannel(kCompareChannel);
    m_window.view().setPreview(std::nullopt);
    m_panel.setHint({});
=======
    if (promised)
        accept();
>>>>>>> df373d1 (Segment: Accepting destroys nothing; what was read from a sentence stands beside it.)
}

} // namespace app
