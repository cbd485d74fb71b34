#include "app/controllers/study/unfinished_controller.h"

#include "app/controllers/study/open_controller.h"
#include "ui/models/series_model.h"
#include "ui/models/unfinished_list.h"

#include <QDateTime>
#include <QMessageBox>

#include <system_error>
#include <utility>
#include <variant>

namespace app {

namespace {

const QString kUnfinishedChannel = QStringLiteral("unfinished");

ui::UnfinishedStudy rowOf(const annotations::JournalSummary& journal)
{
    const auto& study = *journal.study;
    QStringList title{QString::fromStdString(study.patient), ui::dateText(study.date),
        QString::fromStdString(study.modality), QString::fromStdString(study.title)};
    title.removeAll(QString());
    const auto when = QDateTime::fromSecsSinceEpoch(journal.changed);
    return {title.join(QStringLiteral("  ·  ")),
        UnfinishedController::tr("%1 steps that were not saved, the last on %2")
            .arg(journal.unsavedSteps)
            .arg(when.toString(QStringLiteral("yyyy-MM-dd HH:mm"))),
        QString::fromStdString(study.path)};
}

/// Removes a journal unless a window has taken it up meanwhile.
void forget(const std::filesystem::path& journal)
{
    const auto lock = annotations::JournalLock::take(journal);
    std::error_code ignored;
    if (std::holds_alternative<std::unique_ptr<annotations::JournalLock>>(lock))
        std::filesystem::remove(journal, ignored);
}

} // namespace

UnfinishedController::UnfinishedController(JobRunner& jobs, Session& session, ui::UnfinishedList& list,
    QWidget& window, OpenController& open)
    : m_jobs(jobs)
    , m_session(session)
    , m_list(list)
    , m_window(window)
    , m_open(open)
{
    connect(&session, &Session::opened, this, &UnfinishedController::hide);
    connect(&session, &Session::closed, this, &UnfinishedController::look);
    connect(&list, &ui::UnfinishedList::openRequested, this, &UnfinishedController::open);
    connect(&list, &ui::UnfinishedList::forgetRequested, this, &UnfinishedController::askToForget);
}

void UnfinishedController::look()
{
    const auto place = m_session.journalPlace();
    if (place.folder.empty())
        return;
    m_jobs.start<std::vector<annotations::JournalSummary>>(
        {Lane::Io, kUnfinishedChannel, {}},
        [place](std::stop_token, const imaging::Progress&) {
            if (place.settled.valid())
                place.settled.wait();
            auto journals = annotations::journalsIn(place.folder);
            // A cohort's case has no study to open: its work comes back with the case.
            std::erase_if(journals, [](const auto& journal) { return journal.unsavedSteps == 0 || !journal.study; });
            return journals;
        },
        [this](std::vector<annotations::JournalSummary> journals) { show(std::move(journals)); },
        [](const JobFailure&) {}); // Without a folder there is nothing unfinished.
}

void UnfinishedController::show(std::vector<annotations::JournalSummary> journals)
{
    if (m_session.isOpen())
        return hide();
    m_journals = std::move(journals);
    QList<ui::UnfinishedStudy> rows;
    for (const auto& journal : m_journals)
        rows << rowOf(journal);
    m_list.setStudies(rows);
}

void UnfinishedController::hide()
{
    m_jobs.stopChannel(kUnfinishedChannel);
    m_journals.clear();
    m_list.setStudies({});
}

void UnfinishedController::open(int row)
{
    const auto study = *m_journals.at(static_cast<std::size_t>(row)).study;
    m_open.openSeries(QString::fromStdString(study.path), QString::fromStdString(study.series));
}

void UnfinishedController::askToForget(int row)
{
    const auto& journal = m_journals.at(static_cast<std::size_t>(row));
    auto* box = new QMessageBox(QMessageBox::Question, tr("Unfinished work"),
        tr("Throw away the work on %1 that was not saved? This cannot be undone.").arg(rowOf(journal).title),
        QMessageBox::Discard | QMessageBox::Cancel, &m_window);
    box->setObjectName(QStringLiteral("forgetBox"));
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, path = journal.path](int button) {
        if (button != QMessageBox::Discard)
            return;
        m_jobs.start<bool>(
            {Lane::Io, {}, {}},
            [path](std::stop_token, const imaging::Progress&) {
                forget(path);
                return true;
            },
            [this](bool) { look(); });
    });
    box->open();
}

} // namespace app
