#include "app/controllers/relabel/case_screen.h"

#include "app/controllers/relabel/case_reading.h"
#include "app/controllers/relabel/case_text.h"
#include "app/controllers/relabel/cohort_session.h"
#include "ui/actions.h"
#include "ui/cohort_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"
#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <utility>

namespace app {

namespace {

const QString kCaseScreenChannel = QStringLiteral("review");
const QString kReadChannel = QStringLiteral("case");
const QString kCaseScreenMessage = QStringLiteral("review");
const QString kShownCase = QStringLiteral("case");
const QString kDoubts = QStringLiteral("case doubts");

} // namespace

CaseScreen::CaseScreen(JobRunner& jobs, Session& session, CohortSession& cohort, const Parts& parts)
    : m_jobs(jobs)
    , m_session(session)
    , m_cohort(cohort)
    , m_parts(parts)
{
}

annotations::StoredMask CaseScreen::mask() const
{
    const auto& grid = m_session.labelMap()->grid();
    const auto slice = m_session.labelMap()->slice(m_slice);
    return {grid.columns, grid.rows, {slice.begin(), slice.end()}};
}

void CaseScreen::setReading(bool reading)
{
    m_reading = reading;
    Q_EMIT changed();
}

void CaseScreen::ask(
    const QString& title, std::function<std::optional<CaseView>(CohortWorker&)> work, const QString& missing)
{
    setReading(true);
    m_jobs.start<std::optional<CaseView>>(
        {Lane::Store, kCaseScreenChannel, title},
        [&worker = m_cohort.worker(), work = std::move(work)](
            std::stop_token, const imaging::Progress&) { return work(worker); },
        [this, missing](std::optional<CaseView> view) { read(std::move(view), missing); },
        [this](const JobFailure& failure) {
            setReading(false);
            Q_EMIT failed(failure);
        });
}

void CaseScreen::read(std::optional<CaseView> view, const QString& missing)
{
    m_cohort.look(); // Claims are seen by others.
    if (!view) {
        m_reading = false;
        return showNothing(missing);
    }
    m_case = std::move(view);
    setReading(true);
    const QString key = journalKey(m_cohort.folder(), m_cohort.reader(), m_case->study);
    if (m_session.id() == key) // A study that is open cannot be prepared a second time.
        m_session.close();
    m_jobs.start<ShownCase>(
        {Lane::Io, kReadChannel, tr("Reading %1").arg(ui::qt(m_case->study.name))},
        [folder = m_cohort.folder(), view = *m_case, key, journals = m_session.journalPlace()](
            std::stop_token stop, const imaging::Progress& progress) {
            return readCase(folder, view, key, journals, stop, progress);
        },
        [this](ShownCase shown) {
            if (shown.opened.volume)
                show(std::move(shown));
        },
        [this](const JobFailure& failure) {
            m_session.close();
            m_parts.picture.setVolume(nullptr);
            m_parts.picture.setSubject({});
            m_parts.page.bar().setCase({}, tr("The case cannot be shown. N brings the next one."));
            setReading(false);
            Q_EMIT failed(failure);
        });
}

void CaseScreen::show(ShownCase shown)
{
    m_reading = false;
    m_slice = shown.opened.slice;
    m_parts.messages.remove(kCaseScreenMessage);
    m_parts.actions.tool(ui::ToolId::Select)->trigger();
    m_parts.picture.setVolume(shown.opened.volume, std::move(shown.middle));
    const QString key = journalKey(m_cohort.folder(), m_cohort.reader(), m_case->study);
    const auto restored = m_session.open(shown.opened.volume, key, std::move(shown.work));
    m_parts.state.setSlice(m_slice);
    sayWarnings(shown, restored.warnings, restored.steps);
    describe();
    Q_EMIT appeared(restored.steps > 0);
}

void CaseScreen::sayWarnings(const ShownCase& shown, const imaging::Warnings& restored, std::size_t restoredSteps)
{
    imaging::Warnings warnings = shown.opened.warnings;
    warnings.insert(warnings.end(), restored.begin(), restored.end());
    if (shown.opened.volume->grid().slices > 1)
        warnings.push_back("This case is slice " + std::to_string(m_slice + 1) + ": only its mask is kept.");
    QStringList texts;
    for (const auto& warning : warnings)
        texts << ui::qt(warning);
    if (restoredSteps > 0)
        texts << tr("What you had drawn was brought back (steps: %1).").arg(restoredSteps);
    if (texts.isEmpty())
        return m_parts.messages.remove(kShownCase);
    const auto kind = warnings.empty() ? ui::MessageKind::Info : ui::MessageKind::Warning;
    m_parts.messages.show({kShownCase, kind, texts.join(QLatin1Char(' ')), {}, {}});
}

void CaseScreen::update(CaseView view)
{
    m_case = std::move(view);
    describe();
}

void CaseScreen::update(const annotations::Study& study)
{
    if (m_case)
        m_case->study = study;
}

void CaseScreen::clear()
{
    m_jobs.stopChannel(kCaseScreenChannel);
    m_jobs.stopChannel(kReadChannel);
    m_reading = false;
    showNothing({});
}

void CaseScreen::showNothing(const QString& why)
{
    m_case.reset();
    m_session.close();
    m_parts.picture.setVolume(nullptr);
    m_parts.picture.setCaption({});
    m_parts.picture.setSubject({});
    m_parts.page.review().setHistory({});
    m_parts.page.bar().setCase({}, why);
    m_parts.messages.remove(kDoubts);
    Q_EMIT disappeared();
}

/// What the window says about the case that is shown.
void CaseScreen::describe()
{
    const auto& study = m_case->study;
    m_parts.picture.setCaption(captionOf(*m_case));
    m_parts.picture.setSubject(ui::qt(study.name));
    m_parts.page.review().setHistory(historyOf(*m_case));
    m_parts.page.bar().setCase(ui::qt(study.text).simplified(), aboutOf(*m_case));
    if (study.warnings.empty())
        m_parts.messages.remove(kDoubts);
    else
        m_parts.messages.show({kDoubts, ui::MessageKind::Warning, ui::warningsText(study.warnings), {}, {}});
}

} // namespace app
