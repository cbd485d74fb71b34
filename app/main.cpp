#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/training_pictures.h"
#include "app/workstation/demo_run.h"
#include "app/workstation/workstation.h"
#include "models/facade/library.h"
#include "models/package/model_list.h"
#include "ui/icons.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QStandardPaths>

#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace {

/// What the user waits, the loading of libraries included: field 22 of /proc/self/stat is the process's start in clock
/// ticks since boot.
double millisecondsSinceStart()
{
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string field;
    for (int i = 3; i <= 22; ++i)
        fields >> field;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double ticks = std::strtod(field.c_str(), nullptr);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6
        - ticks * 1e3 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void addOptions(QCommandLineParser& parser)
{
    parser.setApplicationDescription(QStringLiteral(
        "Limn, a workstation for masks by words. Research use only.\n\nExample: limn-workstation ct-folder"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        QStringLiteral("path"), QStringLiteral("Folder or file to open."), QStringLiteral("[path]"));
    parser.addOptions({
        {QStringLiteral("model"), QStringLiteral("Model package, by name or folder."), QStringLiteral("model")},
        {QStringLiteral("device"), QStringLiteral("auto, cpu or cuda:N."), QStringLiteral("device"),
            QStringLiteral("auto")},
        {QStringLiteral("light"), QStringLiteral("Begin with the light theme.")},
        {QStringLiteral("text-size"), QStringLiteral("Size of all text in percent, 100 to 200."),
            QStringLiteral("percent")},
        {QStringLiteral("mask"), QStringLiteral("Mask to open on the pictures: DICOM SEG, NIfTI, NRRD or PNG."),
            QStringLiteral("file")},
        {QStringLiteral("text"), QStringLiteral("Sentence to write into the panel."), QStringLiteral("text")},
        {QStringLiteral("demo-run"), QStringLiteral("Segment by the sentence once the picture is open.")},
        {QStringLiteral("explain"), QStringLiteral("Show the Grad-CAM of --demo-run's proposal.")},
        {QStringLiteral("accept"), QStringLiteral("Accept the proposal of --demo-run.")},
        {QStringLiteral("force"), QStringLiteral("Let --demo-run go on although the model may not fit the picture.")},
        {QStringLiteral("tab"),
            QStringLiteral("Tab to show: classify or report. With --demo-run its model, as it was chosen in the window, is asked by --text."),
            QStringLiteral("name")},
        {QStringLiteral("slice"), QStringLiteral("Slice to show, from 1."), QStringLiteral("number")},
        {QStringLiteral("preset"), QStringLiteral("Window on key 1 to 9."), QStringLiteral("number")},
        {QStringLiteral("screenshot"), QStringLiteral("Write the window's picture, then quit."),
            QStringLiteral("file")},
        {QStringLiteral("size"), QStringLiteral("Size of the window, WIDTHxHEIGHT."), QStringLiteral("size")},
        {QStringLiteral("cohort"), QStringLiteral("Cohort to open on the Relabel page."), QStringLiteral("folder")},
        {QStringLiteral("reader"), QStringLiteral("Who decides about the cohort's cases."), QStringLiteral("name")},
        {QStringLiteral("data-folder"), QStringLiteral("Folder of journals, outbox and settings."),
            QStringLiteral("folder")},
        {QStringLiteral("print-startup-time"), QStringLiteral("Print the milliseconds to the first painted window.")},
    });
}

std::optional<int> numberOf(const QCommandLineParser& parser, const QString& name)
{
    bool ok = false;
    const int value = parser.value(name).toInt(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

app::DemoOptions demoOptions(const QCommandLineParser& parser)
{
    app::DemoOptions options;
    options.path = parser.positionalArguments().value(0);
    options.cohort = parser.value(QStringLiteral("cohort"));
    if (options.cohort.isEmpty() && app::RelabelController::isCohort(options.path))
        options.cohort = std::exchange(options.path, {});
    options.mask = parser.value(QStringLiteral("mask"));
    options.text = parser.value(QStringLiteral("text"));
    options.run = parser.isSet(QStringLiteral("demo-run"));
    options.explain = parser.isSet(QStringLiteral("explain"));
    options.accept = parser.isSet(QStringLiteral("accept"));
    options.confirm = parser.isSet(QStringLiteral("force"));
    options.tab = parser.value(QStringLiteral("tab"));
    options.slice = numberOf(parser, QStringLiteral("slice"));
    options.preset = numberOf(parser, QStringLiteral("preset"));
    options.screenshot = parser.value(QStringLiteral("screenshot"));
    return options;
}

app::WorkstationOptions workstationOptions(const QCommandLineParser& parser)
{
    app::WorkstationOptions options;
    const std::string model = parser.value(QStringLiteral("model")).toStdString();
    const std::string device = parser.value(QStringLiteral("device")).toStdString();
    options.segmenter = [model, device] {
        const auto package = models::findPackage(model);
        return models::library().openSegmenter(package, device);
    };
    options.classifier = [device](const std::filesystem::path& path, const std::filesystem::path& prompts) {
        return models::library().openClassifier(path, prompts, device);
    };
    options.adapter = [device](const std::filesystem::path& path) {
        return models::library().openAdapter({path, device, 0, app::pictureCache({}), app::readLabelledPicture});
    };
    options.reporter = [device](const std::filesystem::path& path) {
        return models::library().openReporter(path, device);
    };
    options.classifierModel = models::firstModelOf(models::kClassifiers);
    options.reporterModel = models::firstModelOf(models::kWriters);
    options.model = model;
    options.device = device;
    options.reader = parser.value(QStringLiteral("reader")).toStdString();
    options.program = (QCoreApplication::applicationDirPath() + QStringLiteral("/limn")).toStdString();
    const QString folder = parser.value(QStringLiteral("data-folder"));
    options.dataFolder =
        (folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) : folder).toStdString();
    return options;
}

/// As it was left, unless this run is to look otherwise.
ui::Look lookOf(const QCommandLineParser& parser, const app::WorkstationOptions& options)
{
    auto look = app::rememberedLook(app::settingsFile(options)).value_or(ui::Look{});
    if (parser.isSet(QStringLiteral("light")))
        look.theme = ui::Theme::Light;
    look.textPercent = numberOf(parser, QStringLiteral("text-size")).value_or(look.textPercent);
    return look;
}

void resizeTo(ui::MainWindow& window, const QString& size)
{
    const QStringList parts = size.split(QLatin1Char('x'));
    if (parts.size() == 2 && parts[0].toInt() > 0 && parts[1].toInt() > 0)
        window.resize(parts[0].toInt(), parts[1].toInt());
}

int run(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("limn"));
    QApplication::setApplicationVersion(QStringLiteral(LIMN_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("limn-workstation"));
    QCommandLineParser parser;
    addOptions(parser);
    parser.process(application);

    auto options = workstationOptions(parser);
    options.look = lookOf(parser, options);
    ui::applyTheme(application, *options.look); // Before there are widgets: they are styled once.
    QApplication::setWindowIcon(ui::programIcon());
    app::Workstation workstation(options);
    auto& window = workstation.window;
    resizeTo(window, parser.value(QStringLiteral("size")));

    app::DemoRun demo(workstation, demoOptions(parser));
    const bool timed = parser.isSet(QStringLiteral("print-startup-time")) || std::getenv("LIMN_TRACE_STARTUP");
    QObject::connect(&window, &ui::MainWindow::firstPainted, &demo, [&] {
        if (timed)
            std::fprintf(stderr, "first window painted after %.0f ms\n", millisecondsSinceStart());
        demo.begin();
    });
    window.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGXFSZ, SIG_IGN); // A limit on file sizes is an error of writing, as a full disk is.
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "limn-workstation: %s\n", error.what());
        return 1;
    }
}
