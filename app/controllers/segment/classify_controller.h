#pragma once

#include "app/controllers/segment/model_choice.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/classifier_worker.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <optional>

namespace ui {
class ClassifyTab;
class Messages;
class SegmentPage;
class ViewState;
} // namespace ui

namespace app {

/// The Classify tab: which of the named classes the shown slice is, or which findings are there.
class ClassifyController : public QObject
{
    Q_OBJECT

public:
    /// `standardModel`: the one that is taken until the user chooses; empty: none.
    ClassifyController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
        ui::ViewState& state, ClassifierWorker& worker, const QString& settingsFile,
        const std::filesystem::path& standardModel);

    ModelChoice& model() { return m_model; }
    ModelChoice& prompts() { return m_prompts; }
    /// `confirmed`: that the picture lies as usual, where it does not say.
    void classify(Confirmed confirmed = Confirmed::No);

Q_SIGNALS:
    void classified();
    void failed(const QString& why);

private:
    void forget();
    void choiceChanged();
    void openModel();
    void settle();
    void describeSlice();
    void show(const ClassifyTask& task, const models::Classification& answer);
    void say(const JobFailure& failure, std::function<void()> confirm = {});

    JobRunner& m_jobs;
    Session& m_session;
    ui::Messages& m_messages;
    ui::ViewState& m_state;
    ui::ClassifyTab& m_tab;
    ClassifierWorker& m_worker;
    ModelChoice m_model;
    ModelChoice m_prompts;
    ClassifierChoice m_tried; ///< What was last opened, with or without success.
    std::optional<int> m_seenSlice;
};

} // namespace app
