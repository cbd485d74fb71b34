#pragma once

#include "app/session/job_runner.h"
#include "app/workflow/cohort_worker.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <functional>
#include <optional>

namespace ui {
class Actions;
class Messages;
class RelabelPage;
class ShownPicture;
class ViewState;
} // namespace ui

namespace app {

class CohortSession;
class Session;
struct ShownCase;

/// Brings a case of the cohort onto the screen: finds it on the store's thread, reads its picture, puts picture and
/// mask into the session and says what the case is.
class CaseScreen : public QObject
{
    Q_OBJECT

public:
    /// What of the window it fills.
    struct Parts
    {
        ui::Actions& actions;
        ui::RelabelPage& page;
        ui::Messages& messages;
        ui::ShownPicture& picture;
        ui::ViewState& state;
    };

    CaseScreen(JobRunner& jobs, Session& session, CohortSession& cohort, const Parts& parts);

    /// The case on the screen, or the one that is being read; null: none.
    const CaseView* current() const { return m_case ? &*m_case : nullptr; }
    /// Of the case on the screen; 0: none is.
    std::int64_t shown() const { return m_case && !m_reading ? m_case->study.id : 0; }
    /// The next case is being found or read.
    bool isReading() const { return m_reading; }
    /// The mask as it stands in the session.
    annotations::StoredMask mask() const;

    /// Shows what `work` finds, which is called on the store's thread; `missing` says that it found nothing.
    void ask(const QString& title, std::function<std::optional<CaseView>(CohortWorker&)> work, const QString& missing);
    /// The case on the screen as it stands now.
    void update(CaseView view);
    void update(const annotations::Study& study);
    /// Takes the case off the screen.
    void clear();

Q_SIGNALS:
    /// Whether it is reading, or what it reads, has changed.
    void changed();
    /// A case is on the screen; whether strokes on it were brought back.
    void appeared(bool drawnOn);
    void disappeared();
    void failed(const app::JobFailure& failure);

private:
    void read(std::optional<CaseView> view, const QString& missing);
    void show(ShownCase shown);
    void showNothing(const QString& why);
    void sayWarnings(const ShownCase& shown, const imaging::Warnings& restored, std::size_t restoredSteps);
    void describe();
    void setReading(bool reading);

    JobRunner& m_jobs;
    Session& m_session;
    CohortSession& m_cohort;
    Parts m_parts;
    std::optional<CaseView> m_case;
    int m_slice = 0; ///< Of the shown case in its picture.
    bool m_reading = false;
};

} // namespace app
