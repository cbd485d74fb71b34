#include "app/session/journal_writer.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/log.h"

#include <QTimer>

#include <algorithm>
#include <utility>
#include <variant>

namespace app {

namespace {

constexpr int kCheckEvery = 1000; // ms

} // namespace

/// The part that lives on the thread.
struct JournalWriter::Worker : QObject
{
    explicit Worker(JournalWriter& owner)
        : writer(owner)
        , timer(this)
    {
        timer.setInterval(kCheckEvery);
        connect(&timer, &QTimer::timeout, this, [this] { check(); });
    }

    void begin(quint64 number, std::unique_ptr<annotations::Journal> newJournal,
        std::unique_ptr<annotations::JournalLock> newLock)
    {
        study = number;
        asked = 1;
        journal = std::move(newJournal);
        lock = std::move(newLock);
        problem.clear();
        flush();
        timer.start();
    }

    void append(std::string record)
    {
        if (!journal)
            return;
        journal->append(std::move(record));
        ++asked;
        if (!std::exchange(flushWaits, true)) // What was asked for meanwhile goes to the disk with it.
            QMetaObject::invokeMethod(this, [this] { flush(); }, Qt::QueuedConnection);
    }

    void flush()
    {
        flushWaits = false;
        if (!journal)
            return;
        const bool had = !problem.isEmpty();
        try {
            makeSureOfLock();
            journal->flush();
            problem.clear();
        } catch (const imaging::Error& error) {
            problem = QString::fromStdString(error.what());
        }
        report(had && problem.isEmpty());
    }

    /// Nobody else writes what this writes.
    void makeSureOfLock()
    {
        if (lock && lock->isCurrent())
            return;
        lock.reset();
        auto taken = annotations::JournalLock::take(journal->path());
        if (const auto* holder = std::get_if<annotations::JournalHolder>(&taken))
            throw imaging::Error(imaging::ErrorKind::Io,
                "The journal '" + journal->path().string() + "' is written by another window (" + holder->host
                    + ", process " + std::to_string(holder->process) + "). Save your work under another name.");
        lock = std::move(std::get<std::unique_ptr<annotations::JournalLock>>(taken));
    }

    void check()
    {
        if (journal && (!problem.isEmpty() || !journal->isOnDisk() || !lock || !lock->isCurrent())) {
            if (problem.isEmpty() && !journal->isOnDisk())
                problem = tr("The journal “%1” was removed or changed.")
                              .arg(QString::fromStdString(journal->path().string()));
            flush();
        }
        if (!watched.empty() && isFree())
            QMetaObject::invokeMethod(
                &writer, [owner = &writer, number = study] { owner->noteFreed(number); }, Qt::QueuedConnection);
    }

    bool isFree()
    {
        if (annotations::JournalLock::holderOf(watched))
            return false;
        watched.clear();
        timer.stop();
        return true;
    }

    void end(Unsaved unsaved)
    {
        timer.stop();
        watched.clear();
        if (journal) {
            if (unsaved == Unsaved::Forget)
                journal->forgetUnsaved();
            flush();
            if (!problem.isEmpty())
                imaging::log(imaging::LogLevel::Warning, problem.toStdString());
        }
        journal.reset();
        lock.reset();
    }

    void report(bool again)
    {
        QMetaObject::invokeMethod(
            &writer,
            [owner = &writer, number = study, done = asked, text = problem, again] {
                owner->report(number, done, text, again);
            },
            Qt::QueuedConnection);
    }

    JournalWriter& writer;
    QTimer timer;
    std::unique_ptr<annotations::Journal> journal;
    std::unique_ptr<annotations::JournalLock> lock;
    std::filesystem::path watched;
    QString problem; ///< Empty: the last flush went well.
    quint64 study = 0;
    quint64 asked = 0;
    bool flushWaits = false;
};

JournalWriter::JournalWriter(QObject* parent)
    : QObject(parent)
    , m_worker(new Worker(*this))
{
    m_worker->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("journal"));
    m_thread.start();
}

JournalWriter::~JournalWriter()
{
    post([worker = m_worker] {
        worker->end(Unsaved::Keep);
        worker->deleteLater(); // Here, since its timer belongs to this thread.
        QThread::currentThread()->quit();
    });
    m_thread.wait();
}

/// In the order in which they are posted.
template <typename Work> void JournalWriter::post(Work work) const
{
    QMetaObject::invokeMethod(m_worker, std::move(work), Qt::QueuedConnection);
}

void JournalWriter::begin(
    std::unique_ptr<annotations::Journal> journal, std::unique_ptr<annotations::JournalLock> lock)
{
    ++m_study;
    m_open = true;
    m_watching = false;
    m_asked = 1;
    m_done = 0;
    m_problem.clear();
    // A function that is posted is copied.
    auto both = std::make_shared<std::pair<std::unique_ptr<annotations::Journal>,
        std::unique_ptr<annotations::JournalLock>>>(std::move(journal), std::move(lock));
    post([worker = m_worker, study = m_study, both] {
        worker->begin(study, std::move(both->first), std::move(both->second));
    });
    Q_EMIT stateChanged();
}

void JournalWriter::watch(const std::filesystem::path& journal)
{
    ++m_study;
    m_open = false;
    m_watching = true;
    post([worker = m_worker, study = m_study, journal] {
        worker->study = study;
        worker->watched = journal;
        worker->timer.start();
    });
    Q_EMIT stateChanged();
}

void JournalWriter::append(std::string record)
{
    if (!m_open)
        return;
    ++m_asked;
    auto shared = std::make_shared<std::string>(std::move(record));
    post([worker = m_worker, shared] { worker->append(std::move(*shared)); });
    Q_EMIT stateChanged();
}

void JournalWriter::writeBeside(const std::filesystem::path& path, std::string content)
{
    post([path, content = std::move(content)] {
        try {
            std::filesystem::create_directories(path.parent_path());
            imaging::writeFileAtomically(path, content);
        } catch (const std::exception& error) { // Of the file system, too.
            imaging::log(imaging::LogLevel::Warning, error.what());
        }
    });
}

void JournalWriter::end(Unsaved unsaved)
{
    ++m_study;
    m_open = false;
    m_watching = false;
    m_problem.clear();
    post([worker = m_worker, unsaved] { worker->end(unsaved); });
    Q_EMIT stateChanged();
}

JournalState JournalWriter::state() const
{
    if (m_watching)
        return JournalState::Elsewhere;
    if (!m_open)
        return JournalState::None;
    if (!m_problem.isEmpty())
        return JournalState::Failed;
    return m_done < m_asked ? JournalState::Writing : JournalState::OnDisk;
}

std::shared_future<void> JournalWriter::settled() const
{
    auto promise = std::make_shared<std::promise<void>>();
    post([promise] { promise->set_value(); });
    return promise->get_future().share();
}

void JournalWriter::report(quint64 study, quint64 done, const QString& problem, bool again)
{
    if (study != m_study)
        return;
    m_done = std::max(m_done, done);
    const bool worse = m_problem.isEmpty() && !problem.isEmpty();
    m_problem = problem;
    Q_EMIT stateChanged();
    if (worse)
        Q_EMIT failed(problem);
    else if (again)
        Q_EMIT recovered();
}

void JournalWriter::noteFreed(quint64 study)
{
    if (study == m_study)
        Q_EMIT freed();
}

} // namespace app
