#include "app/controllers/relabel/training_controller.h"

#include "app/controllers/relabel/cohort_session.h"
#include "models/package/model_list.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/cohort_panel.h"

#include <QAction>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/types.h>

namespace app {

namespace {

using Style = ui::Curve::Style;

/// The measures that the page shows, by their names in the store.
struct Measure
{
    const char* name;
    const char* shown;
    Style style;
};

constexpr std::array kMeasures{
    Measure{"labelled_dice", QT_TRANSLATE_NOOP("app::TrainingController", "labelled Dice"), Style::Labelled},
    Measure{"valid_dice", QT_TRANSLATE_NOOP("app::TrainingController", "validation Dice"), Style::Validation},
    Measure{"epi_change", QT_TRANSLATE_NOOP("app::TrainingController", "EPI change"), Style::Change},
    Measure{"loss", QT_TRANSLATE_NOOP("app::TrainingController", "loss"), Style::Loss},
};

ui::Curve curveOf(const Measure& measure, const std::vector<annotations::CurvePoint>& points)
{
    ui::Curve curve{TrainingController::tr(measure.shown), measure.style, {}, {}};
    for (const auto& point : points)
        for (const auto& [name, value] : point.values)
            if (name == measure.name) {
                curve.epochs.push_back(point.epoch);
                curve.values.push_back(value);
            }
    return curve;
}

std::vector<ui::Curve> curvesOf(const std::vector<annotations::CurvePoint>& points)
{
    std::vector<ui::Curve> curves;
    for (const auto& measure : kMeasures)
        if (auto curve = curveOf(measure, points); !curve.values.empty())
            curves.push_back(std::move(curve));
    return curves;
}

int epochsOf(const std::vector<annotations::TrainingRun>& runs, std::int64_t id)
{
    const auto run = std::find_if(runs.begin(), runs.end(), [=](const auto& one) { return one.id == id; });
    if (run == runs.end())
        return 0;
    return QJsonDocument::fromJson(QByteArray::fromStdString(run->settings))
        .object()
        .value(QLatin1String("epochs"))
        .toInt();
}

/// The last words of a log: why a training that wrote nothing into the store has ended.
QString lastLine(const std::filesystem::path& path)
{
    constexpr qint64 kEnd = 4096;
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - kEnd));
    const auto lines =
        QString::fromUtf8(file.readAll()).split(QRegularExpression(QStringLiteral("[\r\n]")), Qt::SkipEmptyParts);
    return lines.isEmpty() ? QString() : lines.last().trimmed();
}

bool isRunning(qint64 process)
{
    return ::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM;
}

} // namespace

TrainingController::TrainingController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page,
    ui::Messages& messages, std::filesystem::path program)
    : m_jobs(jobs)
    , m_cohort(cohort)
    , m_page(page)
    , m_messages(messages)
    , m_program(std::move(program))
{
    auto& panel = page.cohort();
    connect(&panel, &ui::CohortPanel::trainRequested, this, &TrainingController::start);
    connect(&panel, &ui::CohortPanel::stopTrainingRequested, this, &TrainingController::stop);
    connect(page.actions().trainModel, &QAction::triggered, this, &TrainingController::start);
    connect(page.actions().stopTraining, &QAction::triggered, this, &TrainingController::stop);
    const auto forget = [this] {
        m_watch.stop();
        m_process = 0;
    };
    connect(&cohort, &CohortSession::opened, this, forget);
    connect(&cohort, &CohortSession::left, this, forget);
    connect(&cohort, &CohortSession::looked, this, &TrainingController::show);
    m_watch.setInterval(500);
    connect(&m_watch, &QTimer::timeout, this, &TrainingController::watch);
}

std::filesystem::path TrainingController::logFile() const
{
    return m_cohort.folder() / "runs" / "train.log";
}

std::filesystem::path TrainingController::settingsFile() const
{
    std::error_code ignored;
    if (auto own = m_cohort.folder() / "training.json"; std::filesystem::exists(own, ignored))
        return own;
    for (const auto& model : models::listModels()) // Without the digest of all weights, which a list of packages has.
        if (auto file = model.folder / "training.json"; model.segmenter && std::filesystem::exists(file, ignored))
            return file;
    return {};
}

void TrainingController::start()
{
    if (!m_cohort.isOpen() || m_process > 0)
        return;
    QProcess process;
    process.setProgram(QString::fromStdString(m_program.string()));
    QStringList arguments{QStringLiteral("relabel"), QStringLiteral("train"), QStringLiteral("--cohort"),
        QString::fromStdString(m_cohort.folder().string()), QStringLiteral("--reader"),
        QString::fromStdString(m_cohort.reader()), QStringLiteral("--epochs"), QString::number(m_page.cohort().epochs())};
    const QString settings = QString::fromStdString(settingsFile().string());
    if (!settings.isEmpty())
        arguments << QStringLiteral("--config") << settings;
    process.setArguments(arguments);
    std::error_code ignored; // Then the log cannot be opened either, and the process says so.
    std::filesystem::create_directories(logFile().parent_path(), ignored);
    const QString log = QString::fromStdString(logFile().string());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(log);
    if (!process.startDetached(&m_process)) {
        m_process = 0;
        return say(
            tr("The training cannot be started: “%1” does not run.").arg(QString::fromStdString(m_program.string())),
            true);
    }
    say(tr("The training was started as a program of its own: it goes on when this window is closed. Settings: %1.")
            .arg(settings.isEmpty() ? tr("the authors'") : settings),
        false);
    m_watch.start();
}

void TrainingController::stop()
{
    if (!m_cohort.isOpen())
        return;
    m_jobs.start<bool>(
        {Lane::Io, {}, {}},
        [folder = m_cohort.folder()](std::stop_token, const imaging::Progress&) {
            return annotations::requestStop(annotations::Cohort(folder)).has_value();
        },
        [this](bool asked) {
            say(asked ? tr("The training was asked to stop; its best epoch is kept.")
                      : tr("No training of this cohort goes on."),
                !asked);
        },
        [this](const JobFailure& failure) { say(ui::errorText(failure.kind, failure.message), true); });
}

void TrainingController::watch()
{
    if (isRunning(m_process))
        return;
    m_watch.stop();
    m_process = 0;
    sayHowItEnded();
    m_cohort.look();
}

void TrainingController::sayHowItEnded()
{
    const QString last = lastLine(logFile());
    // A run that began has its state in the store; what never began is only said in the log.
    constexpr QLatin1String kMark("error: ");
    if (last.startsWith(kMark))
        say(tr("The training ended: %1").arg(last.mid(kMark.size())), true);
    else
        m_messages.remove(QStringLiteral("training"));
}

void TrainingController::show()
{
    const auto& view = m_cohort.view();
    m_page.cohort().setRuns(view.runs, view.now);
    m_page.cohort().setCurves(curvesOf(view.curves), epochsOf(view.runs, view.curveRun));
}

void TrainingController::say(const QString& text, bool warning)
{
    m_messages.show(
        {QStringLiteral("training"), warning ? ui::MessageKind::Warning : ui::MessageKind::Info, text, {}, {}});
}

} // namespace app
