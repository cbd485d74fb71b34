#pragma once

#include "app/controllers/segment/classify_controller.h"
#include "app/session/job_runner.h"
#include "app/workflow/adapt/adapt_worker.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <vector>

namespace ui {
class AdaptForm;
class Messages;
class SegmentPage;
} // namespace ui

namespace app {

/// The Classify tab's model learns the classes of a folder in the background; what it learnt becomes the tab's prompts.
class AdaptController : public QObject
{
    Q_OBJECT

public:
    /// What is learnt lies in `dataFolder`/prompts, a folder for each run.
    AdaptController(JobRunner& jobs, ClassifyController& classify, ui::SegmentPage& page, ui::Messages& messages,
        AdapterFactory open, std::filesystem::path dataFolder);

    void adapt(const QString& folder);
    void stop();

Q_SIGNALS:
    void adapted();

private:
    void askForFolder();
    void settle();
    void showCurve(const std::vector<AdaptPoint>& points, int epochs);
    void finish(const AdaptReport& report);

    JobRunner& m_jobs;
    ClassifyController& m_classify;
    ui::AdaptForm& m_form;
    ui::Messages& m_messages;
    AdapterFactory m_open;
    std::filesystem::path m_folder;
};

} // namespace app
