#pragma once

#include "annotations/journal.h"
#include "annotations/journal_lock.h"

#include <QObject>
#include <QString>
#include <QThread>

#include <filesystem>
#include <future>
#include <memory>
#include <string>

namespace app {

/// How the journal of the open study stands at this moment.
enum class JournalState {
    None, ///< Nothing is open, or no journals are kept.
    Writing, ///< Something is on its way to the disk.
    OnDisk, ///< All is on disk.
    Failed, ///< It cannot be written: problem() says why. It is tried again and again.
    Elsewhere, ///< Another window has the study.
};

/// Writes the journal on a thread of its own, in order, since a disk may take long. It looks at the file once a second:
/// one that was lost, or that could not be written for a while, is written again whole. To be used from one thread.
class JournalWriter : public QObject
{
    Q_OBJECT

public:
    enum class Unsaved { Keep, Forget };

    explicit JournalWriter(QObject* parent = nullptr);
    /// Waits until all is on disk, or cannot be written.
    ~JournalWriter() override;

    /// Takes over a journal. Without its lock, which could not be made, both are tried for.
    void begin(std::unique_ptr<annotations::Journal> journal, std::unique_ptr<annotations::JournalLock> lock);
    /// Another window has this journal: freed() says when it ends.
    void watch(const std::filesystem::path& journal);
    void append(std::string record);
    /// Writes a small file beside the journal, in its turn. One that cannot be written is only logged: no work is in it.
    void writeBeside(const std::filesystem::path& path, std::string content);
    /// Ends what was begun or watched, with what came after the last save or without.
    void end(Unsaved unsaved);

    JournalState state() const;
    const QString& problem() const { return m_problem; }
    /// Ready when all that was asked for up to now is done: ended journals are on disk and unlocked.
    std::shared_future<void> settled() const;

Q_SIGNALS:
    void stateChanged();
    /// It cannot be written any more; a sentence.
    void failed(const QString& why);
    /// It is whole on the disk again.
    void recovered();
    /// The window that had the watched journal has ended.
    void freed();

private:
    struct Worker;
    template <typename Work> void post(Work work) const;
    void report(quint64 study, quint64 done, const QString& problem, bool again);
    void noteFreed(quint64 study);

    QThread m_thread;
    Worker* m_worker; ///< Lives on the thread; deleted at its end.
    quint64 m_study = 0; ///< Grows with each one: reports of earlier ones are passed over.
    quint64 m_asked = 0;
    quint64 m_done = 0;
    bool m_open = false;
    bool m_watching = false;
    QString m_problem;
};

} // namespace app
