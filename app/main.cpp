#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/training_pictures.h"
#include "app/workstation/demo_run.h"
#include "app/workstation/workstation.h"
#include "imaging/error.h"
#include "models/facade/library.h"
#include "models/package/model_list.h"
#include "ui/icons.h"
#include "ui/text_size.h"
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
#include <limits>
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
        {QStringLiteral("explain"), QStringLiteral("Show the Grad-CAM of --demo-run's proposal, or of its likeliest class.")},
        {QStringLiteral("accept"), QStringLiteral("Accept the proposal of --demo-run.")},
        {QStringLiteral("force"), QStringLiteral("Let --demo-run go on although the model may not fit the picture.")},
        {QStringLiteral("tab"),
            QStringLiteral("Tab to show: segment, labels, classify or report. With --demo-run the model of the last two, as it was "
                           "chosen in the window or the installed one, is asked by --text."),
            QStringLiteral("name")},
        {QStringLiteral("slice"), QStringLiteral("Slice to show, from 1."), QStringLiteral("number")},
        {QStringLiteral("preset"), QStringLiteral("Window on key 1 to 9."), QStringLiteral("number")},
        {QStringLiteral("layout"), QStringLiteral("Views side by side: single, planes, planes-and-3d or 3d."),
            QStringLiteral("name")},
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

[[noreturn]] void refuse(const QString& option, const QString& wanted, const QString& value)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        QStringLiteral("--%1 takes %2, not \"%3\".").arg(option, wanted, value).toStdString());
}

/// Throws Error(WrongUse) for what is no number in this range.
std::optional<int> numberOf(
    const QCommandLineParser& parser, const QString& name, int least, int most = std::numeric_limits<int>::max())
{
    if (!parser.isSet(name))
        return std::nullopt;
    bool isNumber = false;
    const int value = parser.value(name).toInt(&isNumber);
    if (isNumber && value >= least && value <= most)
        return value;
    const auto range = QStringLiteral("a number from %1").arg(least);
    refuse(name, most == std::numeric_limits<int>::max() ? range : range + QStringLiteral(" to %1").arg(most),
        parser.value(name));
}

/// Throws Error(WrongUse) for a tab that there is not.
QString tabOf(const QCommandLineParser& parser)
{
    const QString tab = parser.value(QStringLiteral("tab"));
    if (parser.isSet(QStringLiteral("tab"))
        && !QStringList{QStringLiteral("segment"), QStringLiteral("labels"), QStringLiteral("classify"),
            QStringLiteral("report")}.contains(tab))
        refuse(QStringLiteral("tab"), QStringLiteral("segment, labels, classify or report"), tab);
    return tab;
}

/// Throws Error(WrongUse) for a layout that there is not.
std::optional<ui::ViewLayout> layoutOf(const QCommandLineParser& parser)
{
    const QString name = parser.value(QStringLiteral("layout"));
    const auto layout = ui::layoutFrom(name.toStdString());
    if (parser.isSet(QStringLiteral("layout")) && !layout)
        refuse(QStringLiteral("layout"), QStringLiteral("single, planes, planes-and-3d or 3d"), name);
    return layout;
}

/// Throws Error(WrongUse) for more than one.
QString pathOf(const QCommandLineParser& parser)
{
    const auto paths = parser.positionalArguments();
    if (paths.size() > 1)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            QStringLiteral("One folder or file is opened at a time, not also \"%1\".").arg(paths[1]).toStdString());
    return paths.value(0);
}

app::DemoOptions demoOptions(const QCommandLineParser& parser)
{
    app::DemoOptions options;
    options.path = pathOf(parser);
    options.cohort = parser.value(QStringLiteral("cohort"));
    if (options.cohort.isEmpty() && app::RelabelController::isCohort(options.path))
        options.cohort = std::exchange(options.path, {});
    options.mask = parser.value(QStringLiteral("mask"));
    options.text = parser.value(QStringLiteral("text"));
    options.run = parser.isSet(QStringLiteral("demo-run"));
    options.explain = parser.isSet(QStringLiteral("explain"));
    options.accept = parser.isSet(QStringLiteral("accept"));
    options.confirm = parser.isSet(QStringLiteral("force"));
    options.tab = tabOf(parser);
    options.slice = numberOf(parser, QStringLiteral("slice"), 1);
    options.preset = numberOf(parser, QStringLiteral("preset"), 1, 9);
    options.layout = layoutOf(parser);
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
    look.textPercent = numberOf(parser, QStringLiteral("text-size"), ui::kSmallestText, ui::kLargestText)
                           .value_or(look.textPercent);
    return look;
}

/// Throws Error(WrongUse) for what is no size of a window.
std::optional<QSize> sizeOf(const QCommandLineParser& parser)
{
    constexpr int kMostPixels = 16384; // Of a side.
    const QString text = parser.value(QStringLiteral("size"));
    const QStringList sides = text.split(QLatin1Char('x'));
    const QSize size = sides.size() == 2 ? QSize(sides[0].toInt(), sides[1].toInt()) : QSize();
    if (!parser.isSet(QStringLiteral("size")))
        return std::nullopt;
    if (size.isEmpty() || size.width() > kMostPixels || size.height() > kMostPixels)
        refuse(QStringLiteral("size"), QStringLiteral("width and height in pixels, as 1600x1000"), text);
    return size;
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

    const auto wished = demoOptions(parser); // What cannot be meant is said before there is a window.
    const auto size = sizeOf(parser);
    auto options = workstationOptions(parser);
    options.look = lookOf(parser, options);
    QApplication::setWindowIcon(ui::programIcon());
    app::Workstation workstation(options);
    auto& window = workstation.window;
    if (size)
        window.resize(*size);

    app::DemoRun demo(workstation, wished);
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
