#pragma once

#include "app/controllers/segment/model_choice.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/classifier_worker.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ui {
struct ClassWish;
class ClassifyTab;
class Messages;
class SegmentPage;
class ShownPicture;
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
        ui::ShownPicture& picture, ui::ViewState& state, ClassifierWorker& worker, const QString& settingsFile,
        const std::filesystem::path& standardModel);

    ModelChoice& model() { return m_model; }
    ModelChoice& prompts() { return m_prompts; }
    /// `confirmed`: that the picture lies as usual, where it does not say.
    void classify(Confirmed confirmed = Confirmed::No);
    /// Shows over the picture where it speaks for a class of the last answer; empty: for none.
    void showWhere(const QString& name);
    /// The likeliest class of the last answer; empty: there is none.
    QString likeliest() const { return m_likeliest; }

Q_SIGNALS:
    void classified();
    void whereShown();
    void failed(const QString& why);

private:
    void forget();
    void forgetAnswer();
    void choiceChanged();
    void openModel();
    void showUsualTemplates(const std::vector<std::string>& templates);
    bool isUsual(const ui::ClassWish& wish) const;
    void settle();
    void describeSlice();
    void show(const ClassifyTask& task, const models::Classification& answer);
    void showHeat(const models::ClassHeat& heat);
    void hideHeat();
    void heatChanged();
    void say(const JobFailure& failure, std::function<void()> confirm = {});

    JobRunner& m_jobs;
    Session& m_session;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    ui::ClassifyTab& m_tab;
    ClassifierWorker& m_worker;
    ModelChoice m_model;
    ModelChoice m_prompts;
    ClassifierChoice m_tried; ///< What was last opened, with or without success.
    QStringList m_usualTemplates; ///< Shown while the user has written none.
    std::optional<int> m_seenSlice;
    std::optional<ClassifyTask> m_answered; ///< What the bars answer.
    QString m_likeliest;
    QString m_heat; ///< Caption of the heat that is shown; empty: there is none of a class.
};

} // namespace app
