#include "app/controllers/segment/explain_controller.h"

#include "app/workflow/segment.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/explain_form.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/sentence_form.h"
#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <algorithm>
#include <utility>

namespace app {

namespace {

const QString kExplainChannel = QStringLiteral("explain");
const QString kExplainMessage = QStringLiteral("explain");
using FormState = ui::ExplainForm::State;

} // namespace

ExplainController::ExplainController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
    ui::ShownPicture& picture, ui::ViewState& state, SegmentWorker& worker)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
    , m_form(page.panel().explain())
    , m_worker(worker)
{
    connect(&session, &Session::opened, this, &ExplainController::pictureOpened);
    connect(&page, &ui::Page::shown, this, &ExplainController::prepare);
    connect(&session, &Session::closed, this, [this] {
        m_jobs.stopChannel(kExplainChannel);
        forget();
        m_form.setState(FormState::NoModel);
    });
    connect(&m_form, &ui::ExplainForm::explainRequested, this, &ExplainController::explain);
    connect(&m_form, &ui::ExplainForm::viewChanged, this, &ExplainController::show);
    connect(&m_form, &ui::ExplainForm::layerChanged, this, [this] {
        if (m_outcome || m_jobs.isBusy(kExplainChannel))
            explain();
    });
    connect(page.actions().explain, &QAction::triggered, this, &ExplainController::explain);
    connect(page.actions().showHeat, &QAction::triggered, this, [this] { m_form.setShown(!m_form.isShown()); });
}

void ExplainController::pictureOpened()
{
    forget();
    m_prepared = false;
    prepare();
}

/// The layers for the open picture, once the page is in sight.
void ExplainController::prepare()
{
    if (!m_page.isShown() || !m_session.isOpen() || std::exchange(m_prepared, true))
        return;
    askForLayers();
}

void ExplainController::forget()
{
    m_outcome.reset();
    m_form.setResult({});
    m_picture.setHeat(std::nullopt);
}

/// Comes after the model was prepared; without one the Segment tab says so itself.
void ExplainController::askForLayers()
{
    m_jobs.start<std::vector<models::NetworkLayer>>(
        {Lane::Inference, QStringLiteral("layers"), {}},
        [&worker = m_worker](std::stop_token, const imaging::Progress&) { return worker.layers(); },
        [this](const std::vector<models::NetworkLayer>& layers) {
            QList<QPair<QString, QString>> shown;
            for (const auto& layer : layers) {
                const QString name = QString::fromStdString(layer.name);
                shown << qMakePair(name,
                    tr("%1 (%2, %3 x %4)")
                        .arg(name, QString::fromStdString(layer.kind))
                        .arg(layer.columns)
                        .arg(layer.rows));
            }
            const QString chosen =
                m_form.layer().isEmpty() ? QString::fromUtf8(models::kDefaultCamLayer) : m_form.layer();
            m_form.setLayers(shown, chosen);
            if (m_session.isOpen())
                m_form.setState(FormState::Ready);
        },
        [this](const JobFailure&) { m_prepared = false; }); // Asked for again when the page is come to.
}

/// The proposal's mask at the present threshold, or the chosen label's on this slice; empty: neither is there.
std::vector<std::uint8_t> ExplainController::shownRegion() const
{
    const auto& preview = m_picture.preview();
    const int slice = m_state.slice();
    std::vector<std::uint8_t> region;
    if (preview && imaging::sliceOn(m_session.volume()->grid(), preview->plane) == slice) {
        region = thresholded(preview->probabilities, preview->threshold);
    } else if (m_session.voxelsOnSlice(slice) > 0) {
        const auto labels = m_session.labelMap()->slice(slice);
        region.resize(labels.size());
        std::transform(labels.begin(), labels.end(), region.begin(),
            [value = m_session.activeLabel()](std::uint16_t label) { return label == value ? 1 : 0; });
    }
    const bool any = std::any_of(region.begin(), region.end(), [](std::uint8_t inside) { return inside != 0; });
    return any ? region : std::vector<std::uint8_t>();
}

/// The mask that is shown was drawn by a text that the user has confirmed where that was needed: what is taken for
/// granted is said here and not asked again.
ExplainTask ExplainController::task() const
{
    const auto& panel = m_page.panel();
    ExplainTask task{m_session.volume(), {}};
    auto& request = task.request;
    request.slice = m_state.slice();
    request.text = panel.sentence().trimmed().toStdString();
    request.sides = panel.textSides();
    request.confirmed = Confirmed::Yes;
    request.what = {m_form.layer().toStdString(), shownRegion()};
    if (!request.text.empty())
        request.compareText.emplace();
    return task;
}

void ExplainController::explain()
{
    if (!m_session.isOpen() || !m_page.isShown())
        return;
    m_messages.remove(kExplainMessage);
    m_form.setState(FormState::Running);
    m_jobs.start<ExplainOutcome>(
        {Lane::Inference, kExplainChannel, tr("Explaining the mask")},
        [&worker = m_worker, task = task()](
            std::stop_token stop, const imaging::Progress& progress) { return worker.explain(task, stop, progress); },
        [this](ExplainOutcome outcome) {
            m_form.setState(FormState::Ready);
            if (outcome.cancelled)
                return;
            m_outcome = std::move(outcome);
            m_form.setShown(true);
            show();
            sayWarnings();
            Q_EMIT explained();
        },
        [this](const JobFailure& failure) {
            m_form.setState(FormState::Ready);
            const QString text = ui::errorText(failure.kind, failure.message);
            m_messages.show({kExplainMessage, ui::MessageKind::Error, text, {}, {}});
            Q_EMIT failed(text);
        },
        [this] {
            if (m_session.isOpen() && !m_jobs.isBusy(kExplainChannel))
                m_form.setState(FormState::Ready);
        });
}

/// Those that do not stand beneath the sentence already.
void ExplainController::sayWarnings()
{
    auto warnings = m_outcome->warnings;
    std::erase_if(warnings, [&form = m_page.panel().form()](
                                const std::string& warning) { return form.shows(ui::qt(warning)); });
    if (!warnings.empty())
        m_messages.show({kExplainMessage, ui::MessageKind::Warning, ui::joined(warnings), {}, {}});
}

QString ExplainController::resultText() const
{
    const auto& outcome = *m_outcome;
    QString text = tr("Score of the mask (mean logit; above 0 the model sees it): ");
    if (outcome.compared)
        text += tr("%1 with the sentence, ").arg(outcome.explanation.score, 0, 'f', 2);
    return text
        + tr("%1 without one. Light is where the picture speaks for it.")
              .arg((outcome.compared ? *outcome.compared : outcome.explanation).score, 0, 'f', 2);
}

void ExplainController::show()
{
    if (!m_outcome)
        return;
    const bool with = m_form.withSentence() && m_outcome->compared;
    const auto& shown = m_outcome->compared && !with ? *m_outcome->compared : m_outcome->explanation;
    m_form.setResult(resultText());
    if (!m_form.isShown())
        return m_picture.setHeat(std::nullopt);
    const auto plane = imaging::planeOf(m_session.volume()->grid(), imaging::GridAxis::Slice, m_outcome->slice);
    m_picture.setHeat(ui::SliceHeat{plane, shown.heat, m_form.opacity(),
        tr("Grad-CAM of %1, %2")
            .arg(QString::fromStdString(shown.layer), with ? tr("with the sentence") : tr("without a sentence"))});
}

} // namespace app
