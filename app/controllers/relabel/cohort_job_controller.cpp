#include "app/controllers/relabel/cohort_job_controller.h"

#include "app/controllers/relabel/cohort_session.h"
#include "app/workflow/relabel/relabel.h"
#include "models/package/package.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/export_panel.h"
#include "ui/panels/review_panel.h"

#include <QAction>
#include <QFileDialog>

#include <algorithm>
#include <utility>

namespace app {

namespace {

const QString kCohortJobMessage = QStringLiteral("cohort work");
const QString kMisfits = QStringLiteral("misfits");
const QString kLong = QStringLiteral("cohort work");
const QString kCase = QStringLiteral("case prediction");

QString joined(const imaging::Warnings& warnings)
{
    constexpr std::size_t kShown = 3;
    QStringList texts;
    for (std::size_t i = 0; i < std::min(kShown, warnings.size()); ++i)
        texts << QString::fromStdString(warnings[i]);
    if (warnings.size() > kShown)
        texts << CohortJobController::tr("(and %1 more)").arg(warnings.size() - kShown);
    return texts.join(QLatin1Char(' '));
}

QString sentenceOf(const RelabelImportResult& result)
{
    QString text = CohortJobController::tr("Imported: %1 new studies, %2 masks, %3 sentences; %4 pictures were there "
                                           "already.")
                       .arg(result.studies)
                       .arg(result.labels)
                       .arg(result.texts)
                       .arg(result.known);
    if (result.conflicts > 0)
        text +=
            CohortJobController::tr(" %1 masks contradict a reader and are only in the history.").arg(result.conflicts);
    if (result.refused > 0)
        text += CohortJobController::tr(" %1 could not be taken.").arg(result.refused);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

QString sentenceOf(const RelabelPredictResult& result)
{
    QString text = CohortJobController::tr("Predicted %1 cases by “%2”; %3 had its mask already.")
                       .arg(result.predicted)
                       .arg(QString::fromStdString(result.model.name))
                       .arg(result.upToDate);
    if (result.decidedMeanwhile > 0)
        text += CohortJobController::tr(" %1 were decided meanwhile and left alone.").arg(result.decidedMeanwhile);
    if (result.notDrawn > 0)
        text += CohortJobController::tr(" %1 were not drawn for their sentence; they come first in the queue.")
                    .arg(result.notDrawn);
    if (result.failed > 0)
        text += CohortJobController::tr(" %1 failed.").arg(result.failed);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

QString sentenceOf(const RelabelExportResult& result)
{
    QString text = CohortJobController::tr("Exported %1 masks and %2 pictures.").arg(result.masks).arg(result.pictures);
    if (result.failed > 0)
        text += CohortJobController::tr(" %1 failed.").arg(result.failed);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

/// The work of a job, which has a connection of its own.
template <typename Work> auto onCohort(const std::filesystem::path& folder, Work work)
{
    return [folder, work = std::move(work)](std::stop_token stop, const imaging::Progress& progress) {
        annotations::Cohort cohort(folder);
        return work(cohort, stop, progress);
    };
}

} // namespace

CohortJobController::CohortJobController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page,
    ui::Messages& messages, Model model)
    : m_jobs(jobs)
    , m_cohort(cohort)
    , m_page(page)
    , m_messages(messages)
    , m_model(std::move(model))
{
    auto& actions = page.actions();
    const auto on = [&](QAction* action, auto signal, auto function) {
        connect(action, &QAction::triggered, this, function);
        connect(&page.cohort(), signal, this, function);
    };
    on(actions.importCases, &ui::CohortPanel::importRequested, [this] { askForImport(); });
    on(actions.predictCases, &ui::CohortPanel::predictRequested, [this] { predict(Confirmed::No); });
    connect(&cohort, &CohortSession::opened, this, [this] {
        const QString folder = QString::fromStdString(m_cohort.folder().string());
        m_page.review().exportPanel().setFolder(folder + QStringLiteral("-export"));
    });
    connect(&cohort, &CohortSession::left, this, &CohortJobController::leave);
    auto& exporting = page.review().exportPanel();
    connect(&exporting, &ui::ExportPanel::exportRequested, this, &CohortJobController::exportCases);
    connect(&exporting, &ui::ExportPanel::folderWanted, this, &CohortJobController::askForExportFolder);
}

void CohortJobController::leave()
{
    m_jobs.stopChannel(kLong);
    m_jobs.stopChannel(kCase);
    m_page.cohort().setBusy(false);
    m_page.review().exportPanel().setBusy(false);
}

void CohortJobController::askForImport(const QString& source)
{
    if (!m_cohort.isOpen())
        return;
    auto* dialog = new ui::ImportDialog(m_page.cohort().window());
    dialog->setSource(source);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_messages.remove(kCohortJobMessage);
        importFrom({dialog->source().toStdString(), m_cohort.reader(), dialog->imageColumn().toStdString(),
            dialog->maskColumn().toStdString(), dialog->textColumn().toStdString(), dialog->textSides()});
    });
    dialog->open();
}

void CohortJobController::askForExportFolder()
{
    auto* dialog = new QFileDialog(m_page.cohort().window(), tr("Folder to Export to"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, &m_page.review().exportPanel(), &ui::ExportPanel::setFolder);
    dialog->open();
}

/// Work on the whole cohort; one at a time, since it can be long.
template <typename Result, typename Work>
void CohortJobController::start(Lane lane, const QString& title, Work work, std::function<void(const Result&)> done)
{
    if (!m_cohort.isOpen() || m_jobs.isBusy(kLong))
        return;
    m_page.cohort().setBusy(true);
    m_page.review().exportPanel().setBusy(true);
    m_page.cohort().setStatus(title + QStringLiteral("…"));
    m_jobs.start<Result>(
        {lane, kLong, title}, onCohort(m_cohort.folder(), std::move(work)),
        [this, done = std::move(done)](const Result& result) {
            ended(sentenceOf(result));
            if (done)
                done(result);
        },
        [this](const JobFailure& failure) {
            ended({});
            fail(failure);
        },
        [this, title] { ended(tr("%1 was cancelled; what was done stays.").arg(title)); });
}

void CohortJobController::ended(const QString& what)
{
    if (m_jobs.isBusy(kLong))
        return; // Another cohort's work took the place of this one.
    m_page.cohort().setBusy(false);
    m_page.review().exportPanel().setBusy(false);
    m_page.cohort().setStatus(what);
    m_cohort.look();
    Q_EMIT finished(what);
}

void CohortJobController::importFrom(const RelabelImportOptions& options)
{
    start<RelabelImportResult>(
        Lane::Io, tr("Import"),
        [options](annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
            return importIntoCohort(cohort, options, stop, progress);
        },
        [this, source = QString::fromStdString(options.source.string())](const RelabelImportResult& result) {
            if (result.sidesWanted)
                m_messages.show({kCohortJobMessage, ui::MessageKind::Warning, joined(result.warnings),
                    tr("Say whose"), [this, source] { askForImport(source); }});
        });
}

/// Pictures that the model is not meant for are only predicted when the reader says so.
void CohortJobController::offerToForce(const RelabelPredictResult& result, std::function<void()> force)
{
    if (result.confirmable > 0)
        m_messages.show({kMisfits, ui::MessageKind::Warning,
            tr("%1 cases were not predicted, since the model is not meant for them. %2")
                .arg(result.confirmable)
                .arg(joined(result.warnings)),
            tr("Predict all the same"), std::move(force)});
}

/// Work on the open cohort that predicts with its own model, or with the one that the workstation was given.
auto CohortJobController::prediction(std::int64_t study, Confirmed confirmed) const
{
    RelabelPredictOptions options;
    options.force = confirmed == Confirmed::Yes;
    options.who = m_cohort.reader();
    options.device = m_model.device;
    options.study = study;
    return [options, fallback = m_model.package, own = m_cohort.hasOwnModel()](
               annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
        auto chosen = options;
        if (!own)
            chosen.model = models::findPackage(fallback).string();
        return predictCohort(cohort, chosen, stop, progress);
    };
}

void CohortJobController::predict(Confirmed confirmed)
{
    m_messages.remove(kMisfits);
    start<RelabelPredictResult>(Lane::Inference, tr("Prediction"), prediction(0, confirmed),
        [this](const RelabelPredictResult& result) { offerToForce(result, [this] { predict(Confirmed::Yes); }); });
}

void CohortJobController::predictCase(qint64 id, Confirmed confirmed)
{
    if (!m_cohort.isOpen())
        return;
    m_messages.remove(kMisfits);
    m_jobs.start<RelabelPredictResult>(
        {Lane::Inference, kCase, tr("Prediction of the case")}, onCohort(m_cohort.folder(), prediction(id, confirmed)),
        [this, id](const RelabelPredictResult& result) {
            m_cohort.look(); // The case on the screen follows.
            offerToForce(result, [this, id] { predictCase(id, Confirmed::Yes); });
            if (result.notDrawn > 0)
                m_messages.show({kMisfits, ui::MessageKind::Warning, joined(result.warnings),
                    tr("Draw all the same"), [this, id] { predictCase(id, Confirmed::Yes); }});
        },
        [this](const JobFailure& failure) { fail(failure); });
}

void CohortJobController::exportCases()
{
    const auto choice = m_page.review().exportPanel().choice();
    RelabelExportOptions options;
    options.output = choice.folder.toStdString();
    options.unlabelledRows = choice.unlabelledRows;
    options.formats.clear();
    for (const auto& [wanted, format] : {std::pair(choice.png, ExportFormat::Png), {choice.nifti, ExportFormat::Nifti},
             {choice.seg, ExportFormat::Seg}})
        if (wanted)
            options.formats.push_back(format);
    start<RelabelExportResult>(Lane::Io, tr("Export"),
        [options](annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
            return exportCohort(cohort, options, stop, progress);
        });
}

void CohortJobController::fail(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kCohortJobMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
