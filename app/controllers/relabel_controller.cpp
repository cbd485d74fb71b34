#include "app/controllers/relabel_controller.h"

#include "app/controllers/open_controller.h"
#include "app/controllers/review_controller.h"
#include "app/controllers/save_controller.h"
#include "app/controllers/training_controller.h"
#include "app/workflow/relabel.h"
#include "models/library.h"
#include "ui/actions.h"
#include "ui/dialogs/cohort_dialog.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/models/queue_model.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/export_panel.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_panel.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr int kPageRows = 100;
constexpr int kThumbnailSize = 80;
constexpr int kPollMs = 1000;
const QString kMessage = QStringLiteral("cohort");
const QString kLook = QStringLiteral("cohort look");
const QString kLong = QStringLiteral("cohort work");
const QString kLastCohort = QStringLiteral("cohort/last");
const QString kLastOrder = QStringLiteral("cohort/order");

using Thumbnail = std::pair<qint64, QImage>;

QString joined(const imaging::Warnings& warnings)
{
    constexpr std::size_t kShown = 3;
    QStringList texts;
    for (std::size_t i = 0; i < std::min(kShown, warnings.size()); ++i)
        texts << QString::fromStdString(warnings[i]);
    if (warnings.size() > kShown)
        texts << RelabelController::tr("(and %1 more)").arg(warnings.size() - kShown);
    return texts.join(QLatin1Char(' '));
}

QString sentenceOf(const RelabelImportResult& result)
{
    QString text = RelabelController::tr("Imported: %1 new studies, %2 masks, %3 sentences; %4 pictures were there "
                                         "already.")
                       .arg(result.studies)
                       .arg(result.labels)
                       .arg(result.texts)
                       .arg(result.known);
    if (result.conflicts > 0)
        text +=
            RelabelController::tr(" %1 masks contradict a reader and are only in the history.").arg(result.conflicts);
    if (result.refused > 0)
        text += RelabelController::tr(" %1 could not be taken.").arg(result.refused);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

QString sentenceOf(const RelabelPredictResult& result)
{
    QString text = RelabelController::tr("Predicted %1 cases by “%2”; %3 had its mask already.")
                       .arg(result.predicted)
                       .arg(QString::fromStdString(result.model.name))
                       .arg(result.upToDate);
    if (result.decidedMeanwhile > 0)
        text += RelabelController::tr(" %1 were decided meanwhile and left alone.").arg(result.decidedMeanwhile);
    if (result.failed > 0)
        text += RelabelController::tr(" %1 failed.").arg(result.failed);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

QString sentenceOf(const RelabelExportResult& result)
{
    QString text = RelabelController::tr("Exported %1 masks and %2 pictures.").arg(result.masks).arg(result.pictures);
    if (result.failed > 0)
        text += RelabelController::tr(" %1 failed.").arg(result.failed);
    return (text + QLatin1Char(' ') + joined(result.warnings)).trimmed();
}

QImage smallPicture(const std::filesystem::path& file)
{
    QImageReader reader(QString::fromStdString(file.string()));
    const QImage picture = reader.read();
    return picture.isNull()
        ? picture
        : picture.scaled(kThumbnailSize, kThumbnailSize, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

} // namespace

RelabelController::RelabelController(
    JobRunner& jobs, ui::MainWindow& window, const Parts& parts, RelabelOptions options)
    : m_jobs(jobs)
    , m_window(window)
    , m_panel(window.cohortPanel())
    , m_queue(window.reviewPanel().queue())
    , m_parts(parts)
    , m_options(std::move(options))
{
    if (m_options.reader.empty())
        m_options.reader = defaultReader();
    const QSettings settings(m_options.settingsFile, QSettings::IniFormat);
    if (const auto order = annotations::queueOrderOf(settings.value(kLastOrder).toString().toStdString()))
        m_queue.setOrder(*order);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (!m_jobs.isBusy(kLook))
            look(true);
    });
    connectPage();
}

void RelabelController::connectPage()
{
    auto& actions = m_window.actions();
    const auto on = [this](QAction* action, auto signal, auto function) {
        connect(action, &QAction::triggered, this, function);
        connect(&m_panel, signal, this, function);
    };
    on(actions.newCohort, &ui::CohortPanel::newRequested, &RelabelController::askForNew);
    on(actions.openCohort, &ui::CohortPanel::openRequested, &RelabelController::askForFolder);
    on(actions.importCases, &ui::CohortPanel::importRequested, [this] { askForImport(); });
    on(actions.predictCases, &ui::CohortPanel::predictRequested, &RelabelController::predict);
    connect(actions.closeCohort, &QAction::triggered, this, &RelabelController::closeCohort);
    connect(actions.exportCases, &QAction::triggered, &m_window.reviewPanel(), &ui::ReviewPanel::showExport);
    connect(actions.focusQueue, &QAction::triggered, &m_window.reviewPanel(), &ui::ReviewPanel::showQueue);
    auto& exporting = m_window.reviewPanel().exportPanel();
    connect(&exporting, &ui::ExportPanel::exportRequested, this, &RelabelController::exportTo);
    connect(&exporting, &ui::ExportPanel::folderWanted, this, &RelabelController::askForExportFolder);
    connect(&m_window, &ui::MainWindow::pageRequested, this, &RelabelController::showPage);
    connect(&m_panel, &ui::CohortPanel::runChosen, this, [this](qint64 run) {
        m_run = run;
        look(false);
    });
    connect(&m_queue, &ui::QueuePanel::queueChanged, this, [this] {
        QSettings settings(m_options.settingsFile, QSettings::IniFormat);
        settings.setValue(kLastOrder, QString::fromUtf8(annotations::nameOf(m_queue.order()).data()));
        m_queue.model().clear();
        look(false);
    });
    connect(&m_queue, &ui::QueuePanel::thumbnailsWanted, this, &RelabelController::loadThumbnails);
    connect(&m_queue.model(), &ui::QueueModel::moreWanted, this, &RelabelController::loadMore);
    const auto lookAgain = [this] { look(false); };
    connect(&m_parts.review, &ReviewController::changed, this, lookAgain);
    connect(&m_parts.review, &ReviewController::caseShown, &m_queue, &ui::QueuePanel::setCurrent);
    connect(&m_parts.training, &TrainingController::ended, this, lookAgain);
}

bool RelabelController::isCohort(const QString& path)
{
    return QFileInfo::exists(QDir(path).filePath(QStringLiteral("cohort.sqlite")));
}

void RelabelController::showPage(ui::Page page)
{
    if (page == m_window.page())
        return;
    const bool relabel = page == ui::Page::Relabel;
    const QString before = relabel ? tr("before the cohort is shown") : tr("before the Segment page is shown");
    m_parts.save.whenSafe(before, [this, page, relabel] {
        if (relabel) {
            m_parts.open.setAside();
            m_window.setPage(page);
            enter();
        } else {
            m_poll.stop();
            m_parts.review.leave();
            m_window.messages().clear();
            m_window.setPage(page);
            m_parts.open.takeUp();
        }
    });
}

/// What the page shows when it is come to: the cohort that is open, or the one of the last time.
void RelabelController::enter()
{
    if (!m_folder.empty()) {
        m_parts.review.begin(m_folder, m_options.reader);
        m_poll.start();
        return look(false);
    }
    const QSettings settings(m_options.settingsFile, QSettings::IniFormat);
    const QString last = settings.value(kLastCohort).toString();
    if (!last.isEmpty() && isCohort(last))
        openCohort(last);
}

void RelabelController::askForNew()
{
    auto* dialog = new ui::CohortDialog(&m_window);
    connect(dialog, &QDialog::accepted, this,
        [this, dialog] { createCohort(dialog->folder(), dialog->settings(), dialog->place()); });
    dialog->open();
}

void RelabelController::askForFolder()
{
    auto* dialog = new QFileDialog(&m_window, tr("Open Cohort"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &RelabelController::openCohort);
    dialog->open();
}

void RelabelController::askForImport(const QString& source)
{
    if (m_folder.empty())
        return;
    auto* dialog = new ui::ImportDialog(&m_window);
    dialog->setSource(source);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        importFrom(dialog->source(), dialog->imageColumn(), dialog->maskColumn(), dialog->textColumn());
    });
    dialog->open();
}

void RelabelController::askForExportFolder()
{
    auto* dialog = new QFileDialog(&m_window, tr("Folder to Export to"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, &m_window.reviewPanel().exportPanel(), &ui::ExportPanel::setFolder);
    dialog->open();
}

void RelabelController::openCohort(const QString& folder)
{
    if (m_window.page() != ui::Page::Relabel) {
        m_parts.save.whenSafe(tr("before the cohort is shown"), [this, folder] {
            m_parts.open.setAside();
            m_window.setPage(ui::Page::Relabel);
            openCohort(folder);
        });
        return;
    }
    m_parts.save.whenSafe(tr("before another cohort is opened"), [this, folder] {
        m_window.messages().remove(kMessage);
        const auto path = std::filesystem::absolute(folder.toStdString()).lexically_normal();
        m_jobs.start<annotations::CohortSettings>(
            {Lane::Store, QStringLiteral("cohort open"), tr("Opening the cohort")},
            [&worker = m_parts.worker, path, reader = m_options.reader](
                std::stop_token, const imaging::Progress&) { return worker.open(path, reader); },
            [this, path](const annotations::CohortSettings& settings) { opened(path, settings); },
            [this](const JobFailure& failure) { fail(failure); });
    });
}

void RelabelController::createCohort(
    const QString& folder, const annotations::CohortSettings& settings, annotations::CohortPlace place)
{
    m_jobs.start<bool>(
        {Lane::Store, {}, tr("Making the cohort")},
        [path = std::filesystem::path(folder.toStdString()), settings, place](
            std::stop_token, const imaging::Progress&) {
            annotations::createCohort(path, settings, place);
            return true;
        },
        [this, folder](bool) { openCohort(folder); }, [this](const JobFailure& failure) { fail(failure); });
}

void RelabelController::opened(const std::filesystem::path& folder, const annotations::CohortSettings& settings)
{
    leaveCohort();
    m_folder = folder;
    const QString path = QString::fromStdString(folder.string());
    QSettings(m_options.settingsFile, QSettings::IniFormat).setValue(kLastCohort, path);
    const QString name = QString::fromStdString(settings.name);
    m_panel.setCohort(name.isEmpty() ? QFileInfo(path).fileName() : name, path);
    m_window.reviewPanel().exportPanel().setFolder(path + QStringLiteral("-export"));
    m_parts.training.begin(folder, m_options.reader);
    m_parts.review.begin(folder, m_options.reader);
    m_poll.start();
    look(false);
    Q_EMIT cohortOpened(path);
}

void RelabelController::leaveCohort()
{
    m_poll.stop();
    for (const QString& channel : {kLook, kLong, QStringLiteral("cohort thumbnails")})
        m_jobs.stopChannel(channel);
    m_parts.review.leave();
    m_parts.training.leave();
    m_folder.clear();
    m_run = 0;
    m_queue.model().clear();
    m_queue.updateSummary();
    m_panel.setCohort({}, {});
    m_panel.setBusy(false);
    m_window.jobBar().setState({});
}

void RelabelController::closeCohort()
{
    m_parts.save.whenSafe(tr("before the cohort is closed"), [this] {
        leaveCohort();
        m_window.messages().clear();
        QSettings(m_options.settingsFile, QSettings::IniFormat).remove(kLastCohort);
        m_jobs.start<bool>(
            {Lane::Store, {}, {}},
            [&worker = m_parts.worker](std::stop_token, const imaging::Progress&) {
                worker.close();
                return true;
            },
            [](bool) {});
    });
}

QueueRequest RelabelController::request() const
{
    return {m_queue.order(), m_queue.filter(), std::max(kPageRows, m_queue.model().rowCount()), m_run};
}

void RelabelController::look(bool onlyChanged)
{
    if (m_folder.empty())
        return;
    m_jobs.start<std::optional<CohortView>>(
        {Lane::Store, kLook, {}},
        [&worker = m_parts.worker, request = request(), onlyChanged](
            std::stop_token, const imaging::Progress&) { return worker.look(request, onlyChanged); },
        [this](std::optional<CohortView> view) {
            if (view)
                show(*view);
        },
        [this](const JobFailure& failure) { fail(failure); });
}

void RelabelController::show(const CohortView& view)
{
    m_window.messages().remove(kMessage);
    m_panel.setCounts(view.counts);
    m_parts.training.show(view);
    m_hasOwnModel = std::any_of(view.runs.begin(), view.runs.end(), [](const auto& run) { return run.bestEpoch > 0; });
    m_queue.model().setRows(view.rows, view.total, view.order);
    m_queue.updateSummary();
    m_queue.setCurrent(m_parts.review.shownCase());
    m_window.jobBar().setState(tr("Every decision is on disk  ·  %1 today by %2")
                                   .arg(view.decidedToday)
                                   .arg(QString::fromStdString(m_options.reader)));
}

void RelabelController::loadMore()
{
    auto& model = m_queue.model();
    if (m_folder.empty() || model.rowCount() == 0)
        return;
    const auto after = annotations::keyOf(model.study(model.rowCount() - 1), m_queue.order());
    m_jobs.start<std::vector<annotations::Study>>(
        {Lane::Store, QStringLiteral("cohort more"), {}},
        [&worker = m_parts.worker, request = request(), after](
            std::stop_token, const imaging::Progress&) { return worker.more(request, after, kPageRows); },
        [this, after](std::vector<annotations::Study> rows) {
            auto& now = m_queue.model();
            if (now.rowCount() == 0 || now.study(now.rowCount() - 1).id != after.study)
                return; // The queue changed meanwhile.
            now.append(std::move(rows));
            m_queue.updateSummary();
        },
        [this](const JobFailure& failure) { fail(failure); });
}

void RelabelController::loadThumbnails(const QList<qint64>& ids)
{
    std::vector<annotations::Study> studies;
    for (const qint64 id : ids)
        if (const int row = m_queue.model().rowOf(id); row >= 0)
            studies.push_back(m_queue.model().study(row));
    m_jobs.startInParts<Thumbnail, bool>(
        {Lane::Io, QStringLiteral("cohort thumbnails"), {}},
        [folder = m_folder, studies = std::move(studies)](
            std::stop_token stop, const imaging::Progress&, const auto& give) {
            const annotations::Cohort cohort(folder);
            for (const auto& study : studies)
                if (!stop.stop_requested())
                    give(Thumbnail{study.id, smallPicture(cohort.pictureFile(study))});
            return true;
        },
        [this](const Thumbnail& made) { m_queue.model().setThumbnail(made.first, made.second); }, [](bool) {});
}

/// Work on the whole cohort with a connection of its own; one at a time, since it can be long.
template <typename Result, typename Work>
void RelabelController::startLong(bool needsModel, const QString& title, Work work, QString (*sentence)(const Result&))
{
    if (m_folder.empty() || m_jobs.isBusy(kLong))
        return;
    m_panel.setBusy(true);
    m_window.reviewPanel().exportPanel().setBusy(true);
    m_panel.setStatus(title + QStringLiteral("…"));
    m_jobs.start<Result>(
        {needsModel ? Lane::Inference : Lane::Io, kLong, title},
        [folder = m_folder, work = std::move(work)](std::stop_token stop, const imaging::Progress& progress) {
            annotations::Cohort cohort(folder);
            return work(cohort, stop, progress);
        },
        [this, sentence](const Result& result) { longEnded(sentence(result)); },
        [this](const JobFailure& failure) {
            longEnded({});
            fail(failure);
        },
        [this, title] { longEnded(tr("%1 was cancelled; what was done stays.").arg(title)); });
}

void RelabelController::longEnded(const QString& what)
{
    if (m_jobs.isBusy(kLong))
        return; // Another cohort's work took the place of this one.
    m_panel.setBusy(false);
    m_window.reviewPanel().exportPanel().setBusy(false);
    m_panel.setStatus(what);
    look(false);
    if (m_parts.review.shownCase() == 0 && !m_parts.review.isBusy() && !m_folder.empty()
        && m_window.page() == ui::Page::Relabel)
        m_parts.review.next();
    Q_EMIT finished(what);
}

void RelabelController::importFrom(
    const QString& source, const QString& image, const QString& mask, const QString& text)
{
    const RelabelImportOptions options{
        source.toStdString(), m_options.reader, image.toStdString(), mask.toStdString(), text.toStdString()};
    startLong<RelabelImportResult>(
        false, tr("Importing"),
        [options](annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
            return importIntoCohort(cohort, options, stop, progress);
        },
        [](const RelabelImportResult& result) { return sentenceOf(result); });
}

void RelabelController::predict()
{
    RelabelPredictOptions options;
    options.who = m_options.reader;
    options.device = m_options.device;
    startLong<RelabelPredictResult>(
        true, tr("Predicting"),
        [options, fallback = m_options.model, own = m_hasOwnModel](
            annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
            auto chosen = options;
            if (!own)
                chosen.model = models::findPackage(fallback).string();
            return predictCohort(cohort, chosen, stop, progress);
        },
        [](const RelabelPredictResult& result) { return sentenceOf(result); });
}

void RelabelController::exportTo()
{
    const auto choice = m_window.reviewPanel().exportPanel().choice();
    RelabelExportOptions options;
    options.output = choice.folder.toStdString();
    options.unlabelledRows = choice.unlabelledRows;
    options.formats.clear();
    for (const auto& [wanted, format] : {std::pair(choice.png, ExportFormat::Png), {choice.nifti, ExportFormat::Nifti},
             {choice.seg, ExportFormat::Seg}})
        if (wanted)
            options.formats.push_back(format);
    startLong<RelabelExportResult>(
        false, tr("Exporting"),
        [options](annotations::Cohort& cohort, std::stop_token stop, const imaging::Progress& progress) {
            return exportCohort(cohort, options, stop, progress);
        },
        [](const RelabelExportResult& result) { return sentenceOf(result); });
}

void RelabelController::fail(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_window.messages().show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
