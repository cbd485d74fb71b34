#include "app/controllers/segment/proposal_controller.h"

#include "app/workflow/segment.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/segment_panel.h"
#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QColor>
#include <QTime>

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr QRgb kGrey = 0xFF808080; ///< Of what was discarded.

const QString kCompareChannel = QStringLiteral("compare");
const QString kProposalMessage = QStringLiteral("segment");

bool isSame(const SegmentRequest& a, const SegmentRequest& b)
{
    return a.text == b.text && a.sides == b.sides && a.slices == b.slices;
}

} // namespace

ProposalController::ProposalController(JobRunner& jobs, Session& session, const UnreadDrafts& drafts,
    ui::SegmentPage& page, ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state,
    QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
    , m_panel(page.panel())
    , m_acceptance(jobs, session, drafts, page.panel().acceptRow(), std::move(settingsFile))
{
    connect(&m_acceptance, &ProposalAcceptance::choiceChanged, this, &ProposalController::describe);
    connect(&m_acceptance, &ProposalAcceptance::began, this,
        [this] { m_panel.setState(ui::SegmentPanel::State::Accepting); });
    connect(&m_acceptance, &ProposalAcceptance::accepted, this, &ProposalController::taken);
    connect(&m_acceptance, &ProposalAcceptance::refused, this, &ProposalController::refuse);
    connect(&session, &Session::labelsChanged, this, &ProposalController::describe);
    connect(&session, &Session::activeLabelChanged, this, &ProposalController::describe);
    connect(&m_panel.prompts(), &ui::PromptList::showRequested, this, &ProposalController::show);
    connect(&m_panel.prompts(), &ui::PromptList::discardRequested, this, &ProposalController::discardPrompt);
    connect(&state, &ui::ViewState::sliceChanged, this, [this] {
        if (m_shown)
            updatePreview();
    });
    connect(&m_panel, &ui::SegmentPanel::thresholdChanged, &picture, &ui::ShownPicture::setPreviewThreshold);
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
    listPrompt(*m_shown, ui::PromptState::Waiting, tr("waits, click to show"), coloursOf(*m_shown).at(1));
    m_waiting.push_back(std::move(*m_shown));
    m_shown.reset();
}

void ProposalController::add(const SegmentTask& task, const SegmentOutcome& soFar, SliceAnswer slice)
{
    if (!m_shown) {
        QString where = QTime::currentTime().toString(QStringLiteral("HH:mm"));
        if (task.request.slices.size() > 1)
            where += tr(" · %1 slices").arg(task.request.slices.size());
        else if (task.volume->grid().slices > 1)
            where += tr(" · slice %1").arg(task.request.slices.front() + 1);
        m_shown = Proposal{++m_lastPrompt, task, soFar, {}, m_panel.threshold(), where};
        describe();
        listPrompt(*m_shown, ui::PromptState::Shown, tr("proposal"), coloursOf(*m_shown).at(1));
    }
    const auto& proposed = m_shown->slices[slice.slice] = std::move(slice.proposed);
    if (slice.slice == m_state.slice())
        m_picture.setPreview(previewOf(slice.slice, proposed, std::move(slice.probabilities)));
}

void ProposalController::complete(SegmentOutcome answer)
{
    if (!m_shown)
        return;
    m_shown->answer = std::move(answer);
    // The same sentence on the same slices gives the same answer: the earlier one need not wait.
    std::erase_if(m_waiting, [this](const Proposal& waiting) {
        const bool same = isSame(waiting.task.request, m_shown->task.request);
        if (same)
            m_panel.prompts().remove(waiting.prompt);
        return same;
    });
    if (m_shown->task.request.slices.size() == 1)
        m_state.setSlice(m_shown->task.request.slices.front());
    const auto& preview = m_picture.preview();
    if (!preview || !samePixels(preview->plane, planeOf(m_state.slice())))
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
    if (found == m_waiting.end() || m_running || m_acceptance.isBusy())
        return;
    Proposal wanted = std::move(*found);
    m_waiting.erase(found);
    setAside();
    m_shown = std::move(wanted);
    m_panel.setThreshold(m_shown->threshold);
    if (m_shown->slices.size() == 1)
        m_state.setSlice(m_shown->slices.begin()->first);
    describe();
    listPrompt(*m_shown, ui::PromptState::Shown, tr("proposal"), coloursOf(*m_shown).at(1));
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
    m_panel.prompts().set({proposal.prompt, ui::qt(proposal.task.request.text),
        QStringLiteral("%1 · %2").arg(proposal.where, what), QColor(colour), state});
}

std::vector<QRgb> ProposalController::coloursOf(const Proposal& proposal) const
{
    return m_acceptance.coloursOf(m_acceptance.planFor(proposal));
}

imaging::Plane ProposalController::planeOf(int slice) const
{
    return imaging::planeOf(m_session.volume()->grid(), imaging::GridAxis::Slice, slice);
}

ui::SlicePreview ProposalController::previewOf(
    int slice, const ProposedSlice& proposed, std::vector<float> probabilities) const
{
    return {planeOf(slice), std::move(probabilities), proposed.classes.unpacked(), m_panel.threshold(), coloursOf(*m_shown)};
}

/// The proposal on the slice that is in the picture now.
void ProposalController::updatePreview()
{
    const auto found = m_shown ? m_shown->slices.find(m_state.slice()) : ProposedSlices::iterator();
    if (!m_shown || found == m_shown->slices.end())
        return m_picture.setPreview(std::nullopt);
    m_picture.setPreview(previewOf(m_state.slice(), found->second, fromHundredths(found->second.hundredths.unpacked())));
}

/// What accepting would do now, in words and colours.
void ProposalController::describe()
{
    const bool open = m_shown && !m_acceptance.isBusy();
    m_acceptance.describe(open ? &*m_shown : nullptr);
    if (open)
        m_picture.setPreviewColours(coloursOf(*m_shown));
}

void ProposalController::compareWithText()
{
    m_jobs.stopChannel(kCompareChannel);
    if (!m_shown || m_shown->slices.empty())
        return m_panel.setHint({});
    const auto& task = m_shown->task;
    if (task.request.slices.size() > 1)
        return m_panel.setHint(tr("The proposal covers %1 slices: scroll to see it, accept or discard it as a whole.")
                                   .arg(m_shown->slices.size()));
    const int slice = task.request.slices.front();
    m_jobs.start<imaging::Warnings>(
        {Lane::Io, kCompareChannel, {}},
        [hundredths = m_shown->slices.at(slice).hundredths, threshold = m_panel.threshold(), text = task.request.text,
            grid = task.volume->grid(), sides = m_shown->answer.sides,
            user = task.request.sides,
            finding = m_shown->answer.package.finding](std::stop_token, const imaging::Progress&) {
            return remarksOn(thresholded(fromHundredths(hundredths.unpacked()), threshold), text, grid, sides, user, finding);
        },
        [this](const imaging::Warnings& remarks) { m_panel.setHint(ui::joined(remarks)); });
}

void ProposalController::accept()
{
    if (!m_shown || !m_session.isOpen() || m_running || m_acceptance.isBusy() || m_session.refusesEdit())
        return;
    m_messages.remove(kProposalMessage);
    m_acceptance.accept(*m_shown, m_panel.threshold());
}

void ProposalController::taken(quint16 value, const QString& left)
{
    const auto* label = m_session.label(value);
    listPrompt(*m_shown, ui::PromptState::Accepted,
        tr("accepted as “%1”").arg(label ? ui::qt(label->name) : QString()), rgbOf(label));
    leave();
    if (!left.isEmpty())
        m_messages.show({kProposalMessage, ui::MessageKind::Info, left, {}, {}});
    showNext();
    Q_EMIT accepted();
}

void ProposalController::refuse(const QString& why)
{
    m_messages.show({kProposalMessage, ui::MessageKind::Warning, why, {}, {}});
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
    if (m_acceptance.isBusy())
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

void ProposalController::leavePicture()
{
    m_acceptance.stop();
    m_running = false;
    if (m_shown && !m_shown->slices.empty()) {
        m_shown->threshold = m_panel.threshold();
        m_waiting.push_back(std::move(*m_shown));
    }
    for (Proposal& waiting : m_waiting)
        waiting.task.volume.reset(); // The picture is read again when it comes back.
    if (!m_pictureId.isEmpty() && !m_waiting.empty())
        m_kept[m_pictureId] = std::move(m_waiting);
    m_waiting.clear();
    m_pictureId.clear();
    leave();
}

void ProposalController::enterPicture()
{
    m_pictureId = m_session.id();
    auto kept = m_kept.extract(m_pictureId);
    if (kept.empty())
        return;
    const auto& grid = m_session.volume()->grid();
    for (Proposal& proposal : kept.mapped()) {
        const auto& [last, slice] = *proposal.slices.rbegin();
        if (last >= grid.slices || slice.hundredths.size() != grid.sliceVoxels())
            continue; // Of a picture that was changed since.
        proposal.task.volume = m_session.volume();
        listPrompt(proposal, ui::PromptState::Waiting, tr("waits, click to show"), coloursOf(proposal).at(1));
        m_waiting.push_back(std::move(proposal));
    }
    if (m_waiting.empty())
        return;
    m_messages.show({kProposalMessage, ui::MessageKind::Info,
        m_waiting.size() == 1 ? tr("A proposal that was not accepted is here again.")
                              : tr("%1 proposals that were not accepted are here again.").arg(m_waiting.size()),
        {}, {}});
    showNext();
}

std::size_t ProposalController::undecided() const
{
    std::size_t count = m_waiting.size() + (m_shown ? 1 : 0);
    for (const auto& [picture, proposals] : m_kept)
        count += proposals.size();
    return count;
}

/// Nothing is in the picture.
void ProposalController::leave()
{
    m_shown.reset();
    m_compareSoon.stop();
    m_jobs.stopChannel(kCompareChannel);
    m_picture.setPreview(std::nullopt);
    m_panel.setHint({});
    Q_EMIT shownChanged();
}

} // namespace app
