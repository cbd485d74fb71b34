#include "app/controllers/relabel/queue_controller.h"

#include "app/controllers/relabel/review_controller.h"
#include "app/controllers/relabel/training_controller.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/queue_model.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/job_bar.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_panel.h"

#include <QImageReader>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr int kPageRows = 100;
constexpr int kThumbnailSize = 80;
constexpr int kPollMs = 1000;
const QString kMessage = QStringLiteral("queue");
const QString kLook = QStringLiteral("cohort look");
const QString kThumbnails = QStringLiteral("cohort thumbnails");
const QString kLastOrder = QStringLiteral("cohort/order");

using Thumbnail = std::pair<qint64, QImage>;

QImage smallPicture(const std::filesystem::path& file)
{
    QImageReader reader(QString::fromStdString(file.string()));
    const QImage picture = reader.read();
    return picture.isNull()
        ? picture
        : picture.scaled(kThumbnailSize, kThumbnailSize, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

} // namespace

QueueController::QueueController(JobRunner& jobs, ui::RelabelPage& page, ui::Messages& messages, ui::JobBar& bar,
    const Parts& parts, QString settingsFile)
    : m_jobs(jobs)
    , m_page(page)
    , m_messages(messages)
    , m_bar(bar)
    , m_queue(page.review().queue())
    , m_parts(parts)
    , m_settingsFile(std::move(settingsFile))
{
    const QSettings settings(m_settingsFile, QSettings::IniFormat);
    if (const auto order = annotations::queueOrderOf(settings.value(kLastOrder).toString().toStdString()))
        m_queue.setOrder(*order);
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (!m_jobs.isBusy(kLook))
            look(true);
    });
    connect(&page.cohort(), &ui::CohortPanel::runChosen, this, [this](qint64 run) {
        m_run = run;
        look(false);
    });
    connect(&m_queue, &ui::QueuePanel::queueChanged, this, [this] {
        QSettings(m_settingsFile, QSettings::IniFormat)
            .setValue(kLastOrder, QString::fromUtf8(annotations::nameOf(m_queue.order()).data()));
        m_queue.model().clear();
        look(false);
    });
    connect(&m_queue, &ui::QueuePanel::thumbnailsWanted, this, &QueueController::loadThumbnails);
    connect(&m_queue.model(), &ui::QueueModel::moreWanted, this, &QueueController::loadMore);
    const auto lookAgain = [this] { look(false); };
    connect(&parts.review, &ReviewController::changed, this, lookAgain);
    connect(&parts.review, &ReviewController::caseShown, &m_queue, &ui::QueuePanel::setCurrent);
    connect(&parts.review, &ReviewController::caseShown, this, &QueueController::sayState);
    connect(&parts.training, &TrainingController::ended, this, lookAgain);
}

void QueueController::begin(const std::filesystem::path& folder, const std::string& reader)
{
    if (folder != m_folder)
        m_run = 0;
    m_folder = folder;
    m_reader = reader;
    m_poll.start();
    look(false);
}

void QueueController::leave()
{
    m_poll.stop();
    m_jobs.stopChannel(kLook);
    m_jobs.stopChannel(kThumbnails);
    m_folder.clear();
    m_queue.model().clear();
    m_queue.updateSummary();
    m_bar.setState({});
}

QueueRequest QueueController::request() const
{
    return {m_queue.order(), m_queue.filter(), std::max(kPageRows, m_queue.model().rowCount()), m_run,
        m_parts.review.shownCase()};
}

void QueueController::look(bool onlyChanged)
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

void QueueController::show(const CohortView& view)
{
    m_messages.remove(kMessage);
    m_page.cohort().setCounts(view.counts);
    m_parts.training.show(view);
    m_hasOwnModel = std::any_of(view.runs.begin(), view.runs.end(),
        [&](const auto& run) { return run.bestEpoch > 0 && !annotations::isAlive(run, view.now); });
    m_queue.model().setRows(view.rows, view.total, view.order);
    m_queue.updateSummary();
    if (view.shown)
        m_parts.review.follow(*view.shown);
    m_decidedToday = view.decidedToday;
    sayState();
}

void QueueController::sayState()
{
    if (m_folder.empty() || m_parts.review.isDrawnOn())
        return;
    m_bar.setState(
        tr("Every decision is on disk  ·  %1 today by %2").arg(m_decidedToday).arg(QString::fromStdString(m_reader)));
}

void QueueController::loadMore()
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

void QueueController::loadThumbnails(const QList<qint64>& ids)
{
    std::vector<annotations::Study> studies;
    for (const qint64 id : ids)
        if (const int row = m_queue.model().rowOf(id); row >= 0)
            studies.push_back(m_queue.model().study(row));
    m_jobs.startInParts<Thumbnail, bool>(
        {Lane::Io, kThumbnails, {}},
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

void QueueController::fail(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
