#include "app/controllers/relabel/queue_controller.h"

#include "app/controllers/relabel/cohort_session.h"
#include "app/session/session.h"
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
const QString kQueueMessage = QStringLiteral("queue");
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

QueueController::QueueController(JobRunner& jobs, const Session& session, CohortSession& cohort, ui::RelabelPage& page,
    ui::Messages& messages, ui::JobBar& bar, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_cohort(cohort)
    , m_page(page)
    , m_messages(messages)
    , m_bar(bar)
    , m_queue(page.review().queue())
    , m_settingsFile(std::move(settingsFile))
{
    const QSettings settings(m_settingsFile, QSettings::IniFormat);
    if (const auto order = annotations::queueOrderOf(settings.value(kLastOrder).toString().toStdString()))
        m_queue.setOrder(*order);
    tellRequest();
    connect(&page.cohort(), &ui::CohortPanel::runChosen, this, [this](qint64 run) {
        m_cohort.setRun(run);
        m_cohort.look();
    });
    connect(&m_queue, &ui::QueuePanel::queueChanged, this, &QueueController::changeQueue);
    connect(&m_queue, &ui::QueuePanel::thumbnailsWanted, this, &QueueController::loadThumbnails);
    connect(&m_queue.model(), &ui::QueueModel::moreWanted, this, &QueueController::loadMore);
    connect(&cohort, &CohortSession::looked, this, &QueueController::show);
    connect(&cohort, &CohortSession::lookFailed, this, &QueueController::fail);
    connect(&cohort, &CohortSession::left, this, &QueueController::leave);
}

void QueueController::setCurrent(qint64 id)
{
    m_queue.setCurrent(id);
    sayState();
}

void QueueController::changeQueue()
{
    QSettings(m_settingsFile, QSettings::IniFormat)
        .setValue(kLastOrder, QString::fromUtf8(annotations::nameOf(m_queue.order()).data()));
    m_queue.model().clear();
    tellRequest();
    m_cohort.look();
}

void QueueController::leave()
{
    m_jobs.stopChannel(kThumbnails);
    m_queue.model().clear();
    m_queue.updateSummary();
    tellRequest();
    m_bar.setState({});
}

/// As many rows as are listed already.
void QueueController::tellRequest()
{
    m_cohort.setQueue(m_queue.order(), m_queue.filter(), std::max(kPageRows, m_queue.model().rowCount()));
}

void QueueController::show()
{
    const auto& view = m_cohort.view();
    m_messages.remove(kQueueMessage);
    m_page.cohort().setCounts(view.counts);
    m_queue.model().setRows(view.rows, view.total, view.order);
    m_queue.updateSummary();
    tellRequest();
    sayState();
}

void QueueController::sayState()
{
    if (!m_cohort.isOpen() || m_session.hasUnsavedWork())
        return;
    m_bar.setState(tr("Every decision is on disk  ·  %1 today by %2")
                       .arg(m_cohort.view().decidedToday)
                       .arg(QString::fromStdString(m_cohort.reader())));
}

void QueueController::loadMore()
{
    auto& model = m_queue.model();
    if (!m_cohort.isOpen() || model.rowCount() == 0)
        return;
    const auto after = annotations::keyOf(model.study(model.rowCount() - 1), m_queue.order());
    m_jobs.start<std::vector<annotations::Study>>(
        {Lane::Store, QStringLiteral("cohort more"), {}},
        [&worker = m_cohort.worker(), request = m_cohort.request(), after](
            std::stop_token, const imaging::Progress&) { return worker.more(request, after, kPageRows); },
        [this, after](std::vector<annotations::Study> rows) {
            auto& now = m_queue.model();
            if (now.rowCount() == 0 || now.study(now.rowCount() - 1).id != after.study)
                return; // The queue changed meanwhile.
            now.append(std::move(rows));
            m_queue.updateSummary();
            tellRequest();
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
        [folder = m_cohort.folder(), studies = std::move(studies)](
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
    m_messages.show({kQueueMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
