#pragma once

#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/segment_worker.h"

#include <QObject>

#include <optional>

namespace ui {
class ExplainForm;
class Messages;
class SegmentPage;
class ShownPicture;
class ViewState;
} // namespace ui

namespace app {

/// Grad-CAM in the Segment tab: the heat of one layer for the mask that is shown, with the sentence and without.
class ExplainController : public QObject
{
    Q_OBJECT

public:
    ExplainController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
        ui::ShownPicture& picture, ui::ViewState& state, SegmentWorker& worker);

    /// Explains the proposal, else the chosen label's mask on this slice, else what the model draws.
    void explain();

Q_SIGNALS:
    void explained();
    void failed(const QString& why);

private:
    void pictureOpened();
    void forget();
    void prepare();
    void askForLayers();
    std::vector<std::uint8_t> shownRegion() const;
    ExplainTask task() const;
    void sayWarnings();
    void show();
    QString resultText() const;

    JobRunner& m_jobs;
    Session& m_session;
    ui::SegmentPage& m_page;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    ui::ExplainForm& m_form;
    SegmentWorker& m_worker;
    bool m_prepared = false; ///< The layers were asked for, for the open picture.
    std::optional<ExplainOutcome> m_outcome; ///< Of the open picture; with a sentence, it is compared with none.
};

} // namespace app
