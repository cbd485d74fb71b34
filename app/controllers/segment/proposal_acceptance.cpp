#include "app/controllers/segment/proposal_acceptance.h"

#include "annotations/journal_lock.h"
#include "app/controllers/segment/unread_drafts.h"
#include "app/workflow/segment.h"
#include "ui/panels/accept_row.h"
#include "ui/qt_text.h"

#include <QSettings>

#include <memory>
#include <utility>

namespace app {

namespace {

/// Voxels of a slice whose mask is made in less than a drawn picture takes.
constexpr std::size_t kAcceptedAtOnce = 6'000'000;

const QString kProposalAcceptanceChannel = QStringLiteral("accept");
const QString kIntoKey = QStringLiteral("segment/acceptInto");

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

QString stepName(const Proposal& proposal)
{
    const QString text = shortened(ui::qt(proposal.task.request.text));
    return proposal.slices.size() == 1 ? ProposalAcceptance::tr("Segment “%1”").arg(text)
                                       : ProposalAcceptance::tr("Segment “%1” on %2 slices")
                                             .arg(text)
                                             .arg(proposal.slices.size());
}

} // namespace

QRgb rgbOf(const annotations::Label* label)
{
    return label ? qRgb(label->colour[0], label->colour[1], label->colour[2]) : qRgb(214, 139, 82);
}

ProposalAcceptance::ProposalAcceptance(
    JobRunner& jobs, Session& session, const UnreadDrafts& drafts, ui::AcceptRow& row, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_drafts(drafts)
    , m_row(row)
    , m_settingsFile(std::move(settingsFile))
{
    restoreChoice();
    connect(&row, &ui::AcceptRow::intoChanged, this, [this](ui::AcceptInto chosen) {
        for (const auto& [choice, name] : kIntoNames)
            if (choice == chosen)
                QSettings(m_settingsFile, QSettings::IniFormat).setValue(kIntoKey, name);
        Q_EMIT choiceChanged();
    });
}

void ProposalAcceptance::restoreChoice()
{
    const QString into = QSettings(m_settingsFile, QSettings::IniFormat).value(kIntoKey).toString();
    for (const auto& [choice, name] : kIntoNames)
        if (name == into)
            m_row.setInto(choice);
}

AcceptPlan ProposalAcceptance::planFor(const Proposal& proposal) const
{
    return planAccept(acceptToOf(m_row.into()), m_session.labels(), m_session.activeLabel(),
        [this](std::uint16_t value) { return m_session.voxelsOf(value); }, proposal.answer.label,
        proposal.answer.package.classes);
}

std::vector<QRgb> ProposalAcceptance::coloursOf(const AcceptPlan& plan) const
{
    std::vector<QRgb> colours{0};
    for (const auto value : plan.values)
        colours.push_back(rgbOf(annotations::findLabel(plan.labels, value)));
    return colours;
}

void ProposalAcceptance::describe(const Proposal* proposal) const
{
    const auto* chosen = m_session.label(m_session.activeLabel());
    m_row.setChosenLabel(chosen ? ui::qt(chosen->name) : QString());
    if (!proposal)
        return;
    const auto plan = planFor(*proposal);
    QStringList names;
    for (const auto value : plan.values)
        if (const auto* label = annotations::findLabel(plan.labels, value))
            names << ui::qt(label->name);
    m_row.setNewLabel(names.join(QStringLiteral(", ")));
}

bool ProposalAcceptance::isBusy() const
{
    return m_jobs.isBusy(kProposalAcceptanceChannel);
}

void ProposalAcceptance::stop()
{
    m_jobs.stopChannel(kProposalAcceptanceChannel);
}

void ProposalAcceptance::accept(Proposal& proposal, float threshold)
{
    const auto plan = planFor(proposal);
    if (!plan.refusal.empty())
        return Q_EMIT refused(ui::qt(plan.refusal));
    const auto& grid = m_session.volume()->grid();
    if (proposal.slices.size() == 1 && grid.sliceVoxels() <= kAcceptedAtOnce)
        draw(proposal, plan, threshold, runsAbove(proposal.slices, grid, threshold, plan.values));
    else
        acceptMany(proposal, plan, threshold);
}

/// The masks of many slices, or of a huge one, are made on another thread; only what changes is painted on this one.
void ProposalAcceptance::acceptMany(Proposal& proposal, const AcceptPlan& plan, float threshold)
{
    // The job reads them; they come back when it is over, uncopied.
    const auto slices = std::make_shared<ProposedSlices>(std::exchange(proposal.slices, {}));
    Q_EMIT began();
    m_jobs.start<std::vector<LabelRun>>(
        {Lane::Io, kProposalAcceptanceChannel, tr("Accepting the masks")},
        [slices, grid = m_session.volume()->grid(), threshold, values = plan.values](
            std::stop_token, const imaging::Progress&) { return runsAbove(*slices, grid, threshold, values); },
        [this, slices, &proposal, plan, threshold](const std::vector<LabelRun>& runs) {
            proposal.slices = std::move(*slices);
            draw(proposal, plan, threshold, runs);
        },
        [this, slices, &proposal](const JobFailure& failure) {
            proposal.slices = std::move(*slices);
            Q_EMIT refused(ui::qt(failure.message));
        });
}

void ProposalAcceptance::draw(
    const Proposal& proposal, const AcceptPlan& plan, float threshold, const std::vector<LabelRun>& runs)
{
    if (runs.empty())
        return Q_EMIT refused(tr("The proposal is empty at threshold %1: nothing was accepted and nothing erased. "
                                 "Lower the threshold, or discard it.")
                                  .arg(threshold, 0, 'f', 2));
    std::vector<int> slices;
    for (const auto& [slice, proposed] : proposal.slices)
        slices.push_back(slice);
    const auto edit = m_session.beginEdit();
    const auto drawn = drawProposal(*edit, plan, slices, runs);
    const QString left = ui::qt(leftSentence(drawn, plan.labels));
    if (drawn.voxels == 0)
        return Q_EMIT refused(tr("Nothing was accepted. %1").arg(left));
    auto provenance = provenanceOf(proposal.answer.package, proposal.answer.modelText, threshold);
    provenance.acceptedBy = annotations::userName();
    const AcceptedMask mask{proposal.task.request.text, provenance, proposal.answer.laterality,
        static_cast<int>(slices.size()) == m_session.volume()->grid().slices,
        m_drafts.contains(m_session.id(), ui::qt(proposal.task.request.text))};
    m_session.commit(*edit, stepName(proposal),
        markedLabels(plan, mask, [this](std::uint16_t value) { return m_session.voxelsOf(value); }));
    m_session.setProvenance(std::move(provenance));
    m_session.setActiveLabel(plan.values.front());
    Q_EMIT accepted(plan.values.front(), left);
}

} // namespace app
