#include "app/controllers/segment/sentence_match_controller.h"

#include "app/controllers/segment/segment_controller.h"
#include "models/package/model_list.h"
#include "ui/error_text.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/segment_panel.h"
#include "ui/views/view_state.h"

#include <algorithm>
#include <optional>
#include <system_error>

namespace app {

namespace {

const QString kMatchChannel = QStringLiteral("sentence-match");

/// Before it is loaded, which may take long. A file, and a folder that does not say its kind, are tried.
bool mayCompare(const std::filesystem::path& path)
{
    std::error_code none;
    const auto model =
        std::filesystem::is_directory(path, none) ? models::readModel(path) : std::optional<models::ListedModel>();
    return !model
        || std::find(models::kMatchers.begin(), models::kMatchers.end(), model->modelType) != models::kMatchers.end();
}

QString percent(double share)
{
    return QString::number(100 * share, 'f', 0);
}

/// What the score is worth; of a package that does not say, the score alone.
QString matchText(const models::TextMatch& match, const QString& what)
{
    if (!match.calibrated)
        return SentenceMatchController::tr("Match with %1: score %2 %, not calibrated.")
            .arg(what, percent(match.probability));
    const QString worth =
        SentenceMatchController::tr("of sentences with its score %1 % fit").arg(percent(*match.calibrated));
    if (match.fits.value_or(true))
        return SentenceMatchController::tr("Match with %1: %2.").arg(what, worth);
    return SentenceMatchController::tr(
        "The sentence does not seem to fit %1 (%2, by the Report tab's model): check finding, side and place.")
        .arg(what, worth);
}

} // namespace

SentenceMatchController::SentenceMatchController(JobRunner& jobs, Session& session, ui::SegmentPage& page,
    ui::ViewState& state, ReporterWorker& worker, SegmentController& segment, ModelChoice& model)
    : m_jobs(jobs)
    , m_session(session)
    , m_panel(page.panel())
    , m_state(state)
    , m_worker(worker)
    , m_model(model)
{
    connect(&segment, &SegmentController::proposed, this, &SentenceMatchController::ask);
    connect(&m_panel, &ui::SegmentPanel::sentenceChanged, this, &SentenceMatchController::forget);
    connect(&session, &Session::opened, this, &SentenceMatchController::forget);
    connect(&session, &Session::closed, this, &SentenceMatchController::forget);
    connect(&model, &ModelChoice::changed, this, &SentenceMatchController::forget);
}

/// What was said is no longer about what stands there.
void SentenceMatchController::forget()
{
    m_jobs.stopChannel(kMatchChannel);
    m_panel.setMatch({}, ui::SegmentPanel::Match::Fits);
}

void SentenceMatchController::ask()
{
    forget();
    if (m_model.path().empty() || !m_session.isOpen() || m_panel.sentence().trimmed().isEmpty())
        return Q_EMIT said();
    const ReporterTask task{m_model.path(), {m_session.volume(), m_state.slice()}, {m_panel.textSides()}};
    m_jobs.start<std::optional<models::TextMatch>>(
        {Lane::Words, kMatchChannel, tr("Comparing the sentence with the picture")},
        [&worker = m_worker, task, text = m_panel.sentence().trimmed().toStdString()](
            std::stop_token stop, const imaging::Progress& progress) -> std::optional<models::TextMatch> {
            if (!mayCompare(task.model) || !worker.open(task.model).compares)
                return std::nullopt;
            return worker.match(task, text, stop, progress).match.whole;
        },
        [this, picture = task.picture](const std::optional<models::TextMatch>& match) {
            if (match)
                show(picture, *match);
            Q_EMIT said();
        },
        [this](const JobFailure& failure) {
            m_panel.setMatch(tr("The Report tab's model could not compare the sentence with the picture: %1")
                                 .arg(ui::errorText(failure.kind, failure.message)),
                ui::SegmentPanel::Match::Fits);
            Q_EMIT said();
        });
}

void SentenceMatchController::show(const PictureChoice& picture, const models::TextMatch& match)
{
    QString text = matchText(match, sliceText(*picture.volume, picture.slice));
    if (!match.warnings.empty())
        text += QLatin1Char(' ') + ui::joined(match.warnings);
    const bool fits = !match.calibrated || match.fits.value_or(true);
    m_panel.setMatch(text, fits ? ui::SegmentPanel::Match::Fits : ui::SegmentPanel::Match::Doubtful);
}

} // namespace app
