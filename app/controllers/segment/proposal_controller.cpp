#include "app/controllers/segment/proposal_controller.h"

#include "app/workflow/segment.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/accept_row.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/segment_panel.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_state.h"

#include <QColor>
#include <QSettings>
#include <QTime>

#include <algorithm>
#include <memory>
#include <utility>

namespace app {

namespace {

/// Voxels of a slice whose mask is made in less than a drawn picture takes.
constexpr std::size_t kAcceptedAtOnce = 6'000'000;

constexpr QRgb kGrey = 0xFF808080; ///< Of what was discarded.

const QString kAcceptChannel = QStringLiteral("accept");
const QString kCompareChannel = QStringLiteral("compare");
const QString kMessage = QStringLiteral("segment");
const QString kIntoKey = QStringLiteral("segment/acceptInto");

QString qt(const std::string& text)
{
    return QString::fromStdString(text);
}

QString shortened(const QString& text)
{
    constexpr qsizetype kLength = 48;
    const QString line = text.simplified();
    return line.size() > kLength ? line.left(kLength) + QChar(0x2026) : line;
}

AcceptTo acceptToOf(ui::AcceptInto into)
{
    switch (into) {
    case ui::AcceptInto::Add:
        return AcceptTo::AddToLabel;
    case ui::AcceptInto::Replace:
        return AcceptTo::ReplaceLabel;
    case ui::AcceptInto::NewLabel:
        break;
    }
    return AcceptTo::NewLabel;
}

/// In the settings, by name: another order of the choices must not change what is meant.
const std::pair<ui::AcceptInto, QString> kIntoNames[] = {{ui::AcceptInto::NewLabel, QStringLiteral("new")},
    {ui::AcceptInto::Add, QStringLiteral("add")}, {ui::AcceptInto::Replace, QStringLiteral("replace")}};

QRgb rgbOf(const annotations::Label* label)
{
    return label ? qRgb(label->colour[0], label->colour[1], label->colour[2]) : qRgb(214, 139, 82);
}

bool isSame(const SegmentTask& a, const SegmentTask& b)
{
    return a.text == b.text && a.sides == b.sides && a.slices == b.slices;
}

} // namespace

ProposalController::ProposalController(
    JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages, ui::SliceView& view,
    ui::ViewState& state, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_view(view)
    , m_state(state)
    , m_panel(page.panel())
    , m_settingsFile(std::move(settingsFile))
{
    auto& row = m_panel.acceptRow();
    const QString into = QSettings(m_settingsFile, QSettings::IniFormat).value(kIntoKey).toString();
    for (const auto& [choice, name] : kIntoNames)
        if (name == into)
            row.setInto(choice);
    connect(&row, &ui::AcceptRow::intoChanged, this, [this](ui::AcceptInto chosen) {
        for (const auto& [choice, name] : kIntoNames)
            if (choice == chosen)
                QSettings(m_settingsFile, QSettings::IniFormat).setValue(kIntoKey, name);
        describe();
    });
    connect(&session, &Session::labelsChanged, this, &ProposalController::describe);
    connect(&session, &Session::activeLabelChanged, this, &ProposalController::describe);
    connect(&m_panel.prompts(), &ui::PromptList::showRequested, this, &ProposalController::show);
    connect(&m_panel.prompts(), &ui::PromptList::discardRequested, this, &ProposalController::discardPrompt);
    connect(&state, &ui::ViewState::sliceChanged, this, [this] {
        if (m_shown)
            updatePreview();
    });
    connect(&m_panel, &ui::SegmentPanel::thresholdChanged, &view, &ui::SliceView::setPreviewThreshold);
    m_compareSoon.setSingleShot(true);
    m_compareSoon.setInterval(120);
    connect(&m_compareSoon, &QTimer::timeout, this, &ProposalController::compareWithText);
    connect(&m_panel, &ui::SegmentPanel::thresholdChanged, &m_compareSoon, qOverload<>(&QTimer::start));
}

void ProposalController::beginRun()
{
    m_running = true;
    setAside();
    leave();
}

void ProposalController::setAside()
{
    if (!m_shown)
        return;
    m_shown->threshold = m_panel.threshold();
    listPrompt(*m_shown, ui::PromptState::Waiting, tr("waits, click to show"), coloursOf(planFor(*m_shown)).at(1));
    m_waiting.push_back(std::move(*m_shown));
    m_shown.reset();
}

void ProposalController::add(const SegmentTask& task, const SegmentAnswer& soFar, SliceAnswer slice)
{
    if (!m_shown) {
        QString where = QTime::currentTime().toString(QStringLiteral("HH:mm"));
        if (task.slices.size() > 1)
            where += tr(" · %1 slices").arg(task.slices.size());
        else if (task.volume->grid().slices > 1)
            where += tr(" · slice %1").arg(task.slices.front() + 1);
        m_shown = Proposal{++m_lastPrompt, task, soFar, {}, m_panel.threshold(), where};
        describe();
        listPrompt(*m_shown, ui::PromptState::Shown, tr("proposal"), coloursOf(planFor(*m_shown)).at(1));
    }
    const auto& proposed = m_shown->slices[slice.slice] = std::move(slice.proposed);
    if (slice.slice == m_state.slice())
        m_view.setPreview(previewOf(slice.slice, proposed, std::move(slice.probabilities)));
}

void ProposalController::complete(SegmentAnswer answer)
{
    if (!m_shown)
        return;
    m_shown->answer = std::move(answer);
    // The same sentence on the same slices gives the same answer: the earlier one need not wait.
    std::erase_if(m_waiting, [this](const Proposal& waiting) {
        const bool same = isSame(waiting.task, m_shown->task);
        if (same)
            m_panel.prompts().remove(waiting.prompt);
        return same;
    });
    if (m_shown->task.slices.size() == 1)
        m_state.setSlice(m_shown->task.slices.front());
    const auto& preview = m_view.preview();
    if (!preview || preview->slice != m_state.slice())
        updatePreview();
    compareWithText();
}

void ProposalController::endRun()
{
    m_running = false;
    if (!m_shown)
        showNext();
}

void ProposalController::show(int prompt)
{
    const auto found = std::find_if(
        m_waiting.begin(), m_waiting.end(), [prompt](const Proposal& waiting) { return waiting.prompt == prompt; });
    if (found == m_waiting.end() || m_running || m_jobs.isBusy(kAcceptChannel))
        return;
    Proposal wanted = std::move(*found);
    m_waiting.erase(found);
    setAside();
    m_shown = std::move(wanted);
    m_panel.setThreshold(m_shown->threshold);
    if (m_shown->slices.size() == 1)
        m_state.setSlice(m_shown->slices.begin()->first);
    describe();
    listPrompt(*m_shown, ui::PromptState::Shown, tr("proposal"), coloursOf(planFor(*m_shown)).at(1));
    updatePreview();
    compareWithText();
    Q_EMIT shownChanged();
}

void ProposalController::showNext()
{
    if (!m_waiting.empty())
        show(m_waiting.back().prompt);
}

void ProposalController::listPrompt(
    const Proposal& proposal, ui::PromptState state, const QString& what, QRgb colour) const
{
    m_panel.prompts().set({proposal.prompt, qt(proposal.task.text),
        QStringLiteral("%1 · %2").arg(proposal.where, what), QColor(colour), state});
}

AcceptPlan ProposalController::planFor(const Proposal& proposal) const
{
    return planAccept(acceptToOf(m_panel.acceptRow().into()), m_session.labels(), m_session.activeLabel(),
        [this](std::uint16_t value) { return m_session.voxelsOf(value); }, proposal.answer.label,
        proposal.answer.package.classes);
}

/// By class, from 1: those of the labels that the proposal would go to.
std::vector<QRgb> ProposalController::coloursOf(const AcceptPlan& plan) const
{
    std::vector<QRgb> colours{0};
    for (const auto value : plan.values)
        colours.push_back(rgbOf(annotations::findLabel(plan.labels, value)));
    return colours;
}

ui::SlicePreview ProposalController::previewOf(
    int slice, const ProposedSlice& proposed, std::vector<float> probabilities) const
{
    return {slice, std::move(probabilities), proposed.classes, m_panel.threshold(), coloursOf(planFor(*m_shown))};
}

/// The proposal on the slice that is in the picture now.
void ProposalController::updatePreview()
{
    const auto found = m_shown ? m_shown->slices.find(m_state.slice()) : ProposedSlices::iterator();
    if (!m_shown || found == m_shown->slices.end())
        return m_view.setPreview(std::nullopt);
    m_view.setPreview(previewOf(m_state.slice(), found->second, fromHundredths(found->second.hundredths)));
}

/// What accepting would do now, in words and colours.
void ProposalController::describe()
{
    auto& row = m_panel.acceptRow();
    const auto* chosen = m_session.label(m_session.activeLabel());
    row.setChosenLabel(chosen ? qt(chosen->name) : QString());
    if (!m_shown || m_jobs.isBusy(kAcceptChannel))
        return;
    const auto plan = planFor(*m_shown);
    QStringList names;
    for (const auto value : plan.values)
        if (const auto* label = annotations::findLabel(plan.labels, value))
            names << qt(label->name);
    row.setNewLabel(names.join(QStringLiteral(", ")));
    m_view.setPreviewColours(coloursOf(plan));
}

void ProposalController::compareWithText()
{
    m_jobs.stopChannel(kCompareChannel);
    if (!m_shown || m_shown->slices.empty())
        return m_panel.setHint({});
    const auto& task = m_shown->task;
    if (task.slices.size() > 1)
        return m_panel.setHint(tr("The proposal covers %1 slices: scroll to see it, accept or discard it as a whole.")
                                   .arg(m_shown->slices.size()));
    const int slice = task.slices.front();
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, kCompareChannel, {}},
        [hundredths = m_shown->slices.at(slice).hundredths, threshold = m_panel.threshold(), text = task.text,
            grid = task.volume->grid(), sides = m_shown->answer.sides,
            user = task.sides,
            finding = m_shown->answer.package.finding](std::stop_token, const imaging::Progress&) {
            return remarksOn(thresholded(fromHundredths(hundredths), threshold), text, grid, sides, user, finding);
        },
        [this](const imaging::Warnings& remarks) { m_panel.setHint(ui::joined(remarks)); });
}

void ProposalController::accept()
{
    if (!m_shown || !m_session.isOpen() || m_running || m_jobs.isBusy(kAcceptChannel) || m_session.refusesEdit())
        return;
    m_messages.remove(kMessage);
    const auto plan = planFor(*m_shown);
    if (!plan.refusal.empty())
        return refuse(qt(plan.refusal));
    const float threshold = m_panel.threshold();
    const auto& grid = m_session.volume()->grid();
    if (m_shown->slices.size() == 1 && grid.sliceVoxels() <= kAcceptedAtOnce)
        draw(plan, threshold, runsAbove(m_shown->slices, grid, threshold, plan.values));
    else
        acceptMany(plan, threshold);
}

/// The masks of many slices, or of a huge one, are made on another thread; only what changes is painted on this one.
void ProposalController::acceptMany(const AcceptPlan& plan, float threshold)
{
    // The job reads them; they come back when it is over, uncopied.
    const auto slices = std::make_shared<ProposedSlices>(std::exchange(m_shown->slices, {}));
    m_panel.setState(ui::SegmentPanel::State::Accepting);
    m_jobs.start<std::vector<LabelRun>>(
        {Lane::Io, kAcceptChannel, tr("Accepting the masks")},
        [slices, grid = m_session.volume()->grid(), threshold, values = plan.values](
            std::stop_token, const imaging::Progress&) { return runsAbove(*slices, grid, threshold, values); },
        [this, slices, plan, threshold](const std::vector<LabelRun>& runs) {
            m_shown->slices = std::move(*slices);
            draw(plan, threshold, runs);
        },
        [this, slices](const JobFailure& failure) {
            m_shown->slices = std::move(*slices);
            refuse(qt(failure.message));
        });
}

void ProposalController::draw(const AcceptPlan& plan, float threshold, const std::vector<LabelRun>& runs)
{
    if (runs.empty())
        return refuse(tr("The proposal is empty at threshold %1: nothing was accepted and nothing erased. Lower the "
                         "threshold, or discard it.")
                          .arg(threshold, 0, 'f', 2));
    std::vector<int> slices;
    for (const auto& [slice, proposed] : m_shown->slices)
        slices.push_back(slice);
    const auto edit = m_session.beginEdit();
    const auto drawn = drawProposal(*edit, plan, slices, runs);
    const QString left = qt(leftSentence(drawn, plan.labels));
    if (drawn.voxels == 0)
        return refuse(tr("Nothing was accepted. %1").arg(left));
    auto provenance = provenanceOf(m_shown->answer.package, m_shown->answer.modelText, threshold);
    const AcceptedMask mask{m_shown->task.text, provenance, m_shown->answer.laterality,
        static_cast<int>(slices.size()) == m_session.volume()->grid().slices};
    m_session.commit(*edit, stepName(),
        markedLabels(plan, mask, [this](std::uint16_t value) { return m_session.voxelsOf(value); }));
    m_session.setProvenance(std::move(provenance));
    m_session.setActiveLabel(plan.values.front());
    const auto* label = m_session.label(plan.values.front());
    listPrompt(*m_shown, ui::PromptState::Accepted, tr("accepted as “%1”").arg(label ? qt(label->name) : QString()),
        rgbOf(label));
    leave();
    if (!left.isEmpty())
        m_messages.show({kMessage, ui::MessageKind::Info, left, {}, {}});
    showNext();
    Q_EMIT accepted();
}

QString ProposalController::stepName() const
{
    const QString text = shortened(qt(m_shown->task.text));
    return m_shown->slices.size() == 1 ? tr("Segment “%1”").arg(text)
                                       : tr("Segment “%1” on %2 slices").arg(text).arg(m_shown->slices.size());
}

void ProposalController::refuse(const QString& why)
{
    m_messages.show({kMessage, ui::MessageKind::Warning, why, {}, {}});
    Q_EMIT shownChanged();
    Q_EMIT refused(why);
}

void ProposalController::discard()
{
    if (m_shown && !m_running)
        discardPrompt(m_shown->prompt);
}

void ProposalController::discardPrompt(int prompt)
{
    if (m_jobs.isBusy(kAcceptChannel))
        return;
    if (m_shown && m_shown->prompt == prompt && !m_running) {
        listPrompt(*m_shown, ui::PromptState::Discarded, tr("discarded"), kGrey);
        leave();
        return showNext();
    }
    std::erase_if(m_waiting, [this, prompt](const Proposal& waiting) {
        if (waiting.prompt == prompt)
            listPrompt(waiting, ui::PromptState::Discarded, tr("discarded"), kGrey);
        return waiting.prompt == prompt;
    });
}

void ProposalController::clear()
{
    m_jobs.stopChannel(kAcceptChannel);
    m_running = false;
    m_waiting.clear();
    leave();
}

/// Nothing is in the picture.
void ProposalController::leave()
{
    m_shown.reset();
    m_compareSoon.stop();
    m_jobs.stopChannel(kCompareChannel);
    m_view.setPreview(std::nullopt);
    m_panel.setHint({});
    Q_EMIT shownChanged();
}

} // namespace app
