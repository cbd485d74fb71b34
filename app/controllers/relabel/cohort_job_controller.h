#pragma once

#include "app/session/job_runner.h"
#include "app/workflow/prompt.h"

#include <QObject>

#include <functional>
#include <string>

namespace ui {
class Messages;
class RelabelPage;
} // namespace ui

namespace app {

class CohortSession;
struct RelabelImportOptions;
struct RelabelPredictResult;

/// Import, prediction and export of the open cohort: long work with connections of its own, one at a time.
class CohortJobController : public QObject
{
    Q_OBJECT

public:
    /// What predicts as long as the cohort has trained no model; empty: the default package.
    struct Model
    {
        std::string package;
        std::string device = "auto";
    };

    CohortJobController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page, ui::Messages& messages,
        Model model);

    /// Asks what to import, `source` proposed.
    void askForImport(const QString& source = {});
    void importFrom(const RelabelImportOptions& options);
    /// `confirmed`: also pictures that the model is not meant for.
    void predict(Confirmed confirmed);
    /// One case, whose sentence was changed, beside whatever else goes on.
    void predictCase(qint64 id, Confirmed confirmed);
    /// As the Export tab says.
    void exportCases();

Q_SIGNALS:
    /// What came of it.
    void finished(const QString& what);
    void failed(const QString& why);

private:
    void leave();
    void askForExportFolder();
    template <typename Result, typename Work>
    void start(Lane lane, const QString& title, Work work, std::function<void(const Result&)> done = {});
    void ended(const QString& what);
    auto prediction(std::int64_t study, Confirmed confirmed) const;
    void offerToForce(const RelabelPredictResult& result, std::function<void()> force);
    void fail(const JobFailure& failure);

    JobRunner& m_jobs;
    CohortSession& m_cohort;
    ui::RelabelPage& m_page;
    ui::Messages& m_messages;
    Model m_model;
};

} // namespace app
