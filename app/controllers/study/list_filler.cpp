#include "app/controllers/study/list_filler.h"

#include "app/controllers/study/opened_picture.h"
#include "app/controllers/study/series_entry.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/study_list.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace app {

namespace {

struct ReadThumbnail
{
    QString id;
    QImage picture;
};

} // namespace

ListFiller::ListFiller(JobRunner& jobs, ui::StudyList& list, ui::Messages& messages)
    : m_jobs(jobs)
    , m_list(list)
    , m_messages(messages)
{
}

void ListFiller::list(Listing listing)
{
    stop();
    m_path = listing.path;
    m_messages.clear();
    sayRefused(listing.refused);
    if (!listing.warnings.empty())
        m_messages.show(
            {QStringLiteral("found"), ui::MessageKind::Info, ui::joined(listing.warnings), {}, {}});
    m_list.setPlace(QFileInfo(m_path).fileName());
    m_list.model().setSeries(std::move(listing.series));
}

void ListFiller::fill()
{
    makeThumbnail(0);
    summarizeMasks(0);
}

void ListFiller::stop()
{
    for (const char* channel : {"thumbnails", "masks"})
        m_jobs.stopChannel(QLatin1String(channel));
}

void ListFiller::clear()
{
    stop();
    m_list.model().setSeries({});
    m_list.setPlace(tr("No study is open"));
}

void ListFiller::summarizeMasks(int row)
{
    auto& model = m_list.model();
    while (row < model.rowCount() && !isSeg(model.series(row)))
        ++row;
    if (row >= model.rowCount())
        return;
    const QString id = QString::fromStdString(model.series(row).id);
    m_jobs.start<MaskSummary>(
        {Lane::Io, QStringLiteral("masks"), {}},
        [file = model.series(row).files.front().path](
            std::stop_token, const imaging::Progress&) { return summarizeSeg(file); },
        [this, id, row](const MaskSummary& summary) {
            const auto count = static_cast<int>(summary.segments.size());
            const QString what =
                count == 1 ? QString::fromStdString(summary.segments.front()) : tr("%1 segments").arg(count);
            m_list.model().setMask(id, {QString::fromStdString(summary.sourceSeriesUid), what, true});
            summarizeMasks(row + 1);
        },
        [this, id, row](const JobFailure& failure) {
            m_list.model().setMask(id, {{}, QString::fromStdString(failure.message), false});
            summarizeMasks(row + 1);
        });
}

void ListFiller::sayRefused(const std::vector<imaging::RefusedFile>& refused)
{
    const auto isDicom = [](const imaging::RefusedFile& file) { return file.isDicom; };
    const auto bad = std::count_if(refused.begin(), refused.end(), isDicom);
    if (bad == 0)
        return;
    const auto first = std::find_if(refused.begin(), refused.end(), isDicom);
    m_messages.show({QStringLiteral("refused"), ui::MessageKind::Warning,
        tr("Files that could not be used: %1. The first: %2").arg(bad).arg(QString::fromStdString(first->reason)), {},
        {}});
}

void ListFiller::makeThumbnail(int row)
{
    auto& model = m_list.model();
    while (row < model.rowCount()
        && (!canBeShown(model.series(row))
            || model.data(model.index(row), Qt::DecorationRole).isValid()))
        ++row;
    if (row >= model.rowCount())
        return;
    const auto next = [this, row] { makeThumbnail(row + 1); };
    m_jobs.start<ReadThumbnail>(
        {Lane::Io, QStringLiteral("thumbnails"), {}},
        [series = model.series(row)](std::stop_token, const imaging::Progress&) {
            return ReadThumbnail{QString::fromStdString(series.id), readThumbnail(series)};
        },
        [this, next](const ReadThumbnail& thumbnail) {
            m_list.model().setThumbnail(thumbnail.id, thumbnail.picture);
            next();
        },
        [next](const JobFailure&) { next(); }); // Opening that series says why it cannot be read.
}

} // namespace app
