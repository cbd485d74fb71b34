#include "app/controllers/segment/adapt_controller.h"

#include "models/facade/adapt_settings.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/adapt_form.h"
#include "ui/panels/classify_tab.h"
#include "ui/qt_text.h"

#include <QDateTime>
#include <QDir>
#include <QFileDialog>

#include <optional>
#include <utility>

namespace app {

namespace {

const QString kAdaptChannel = QStringLiteral("adapt");
const QString kAdaptMessage = QStringLiteral("adapt");

ui::Curve curveOf(
    const QString& name, ui::Curve::Style style, const std::vector<AdaptPoint>& points, double AdaptPoint::* value)
{
    ui::Curve curve{name, style, {}, {}};
    for (const auto& point : points) {
        curve.epochs.push_back(point.epoch);
        curve.values.push_back(point.*value);
    }
    return curve;
}

} // namespace

AdaptController::AdaptController(JobRunner& jobs, ClassifyController& classify, ui::SegmentPage& page,
    ui::Messages& messages, AdapterFactory open, std::filesystem::path dataFolder)
    : m_jobs(jobs)
    , m_classify(classify)
    , m_form(page.classify().adapt())
    , m_messages(messages)
    , m_open(std::move(open))
    , m_folder(std::move(dataFolder) / "prompts")
{
    m_form.setWays({{QStringLiteral("text-probe"), tr("Probe held to the texts (seconds)")},
        {QStringLiteral("probe"), tr("Probe (seconds)")}, {QStringLiteral("coop"), tr("CoOp")},
        {QStringLiteral("maple"), tr("MaPLe")}, {QStringLiteral("ivlp"), tr("Prompts of both towers")},
        {QStringLiteral("vpt"), tr("Prompts of the picture")}, {QStringLiteral("language"), tr("Prompts of the text")},
        {QStringLiteral("cocoop"), tr("CoCoOp (slow)")}});
    connect(&m_form, &ui::AdaptForm::folderWanted, this, &AdaptController::askForFolder);
    connect(&m_form, &ui::AdaptForm::stopRequested, this, &AdaptController::stop);
    connect(&classify.model(), &ModelChoice::changed, this, &AdaptController::settle);
    settle();
}

void AdaptController::settle()
{
    m_form.setState(m_open && !m_classify.model().path().empty(), m_jobs.isBusy(kAdaptChannel));
}

void AdaptController::askForFolder()
{
    auto* dialog = new QFileDialog(m_form.window(), tr("Folder of Labelled Studies"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &AdaptController::adapt);
    dialog->open();
}

/// Not on the inference thread: the window's own questions do not wait for it.
void AdaptController::adapt(const QString& folder)
{
    if (m_jobs.isBusy(kAdaptChannel) || m_classify.model().path().empty())
        return;
    models::ClipAdaptOptions options;
    options.method = models::choiceOf<models::AdaptMethod>("method", m_form.way().toStdString());
    options.model = m_classify.model().path();
    options.data = folder.toStdString();
    options.shots = m_form.shots();
    const auto name = m_form.way() + QDateTime::currentDateTime().toString(QStringLiteral("-yyyyMMdd-hhmmss-zzz"));
    options.output = m_folder / name.toStdString();
    const int epochs = models::recipeFor(options).epochs;
    m_messages.remove(kAdaptMessage);
    m_form.setCurves({}, 0);
    m_form.setNote({});
    using Points = std::vector<AdaptPoint>;
    m_jobs.startInParts<Points, AdaptReport>(
        {Lane::Io, kAdaptChannel, tr("Learning the classes of %1").arg(QDir(folder).dirName())},
        [open = m_open, options](std::stop_token stop, const imaging::Progress& progress, const auto& give) {
            return adaptStudies(open, options, give, stop, progress);
        },
        [this, epochs](const Points& points) { showCurve(points, epochs); },
        [this](const AdaptReport& report) { finish(report); },
        [this](const JobFailure& failure) {
            m_messages.show(
                {kAdaptMessage, ui::MessageKind::Error, ui::errorText(failure.kind, failure.message), {}, {}});
            settle();
        },
        [this] {
            m_form.setNote(tr("Stopped: nothing was learnt."));
            settle();
        });
    settle();
}

void AdaptController::stop()
{
    m_jobs.stopChannel(kAdaptChannel);
}

void AdaptController::showCurve(const std::vector<AdaptPoint>& points, int epochs)
{
    m_form.setCurves(
        {curveOf(tr("shown pictures"), ui::Curve::Style::Labelled, points, &AdaptPoint::learnt),
            curveOf(tr("validation accuracy"), ui::Curve::Style::Validation, points, &AdaptPoint::validation),
            curveOf(tr("loss"), ui::Curve::Style::Loss, points, &AdaptPoint::loss)},
        epochs);
}

void AdaptController::finish(const AdaptReport& report)
{
    settle();
    QStringList said{
        tr("Learnt %1 classes from %2 pictures.").arg(report.classes.size()).arg(report.runs.front().shown)};
    for (const auto& set : report.runs.front().sets)
        if (set.learnt)
            said << tr("%1 % of %2 other pictures are right; %3 % were with the texts alone.")
                        .arg(100 * set.learnt->accuracy, 0, 'f', 1)
                        .arg(set.learnt->pictures)
                        .arg(100 * set.zeroShot.accuracy, 0, 'f', 1);
    m_form.setNote(said.join(QLatin1Char(' ')));
    if (!report.warnings.empty())
        m_messages.show({kAdaptMessage, ui::MessageKind::Warning, ui::joined(report.warnings), {}, {}});
    m_classify.prompts().choose(ui::qt(report.options.output.string()));
    Q_EMIT adapted();
}

} // namespace app
