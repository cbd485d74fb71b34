// What a user feels at the picture: an input event goes into the real window and is timed until the picture has changed
// on the screen. Goals: scrolling a loaded CT in a 1024x1024 view 60 frames a second with p99
// under 33 ms; brush p95 under 16 ms. Runs on the platform that QT_QPA_PLATFORM names:
//
//     QT_QPA_PLATFORM=offscreen build/release/bin/bench_view
//     xvfb-run -s "-screen 0 1920x1200x24" build/release/bin/bench_view

#include "app/workstation/workstation.h"
#include "tests/support/synthetic_volume.h"
#include "ui/theme.h"
#include "ui/views/slice_view.h"

#include <benchmark/benchmark.h>

#include <QApplication>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <vector>

namespace {

constexpr int kViewSize = 1024;

/// A round body with noise of about 20 units in air, as dense with detail as a CT.
std::shared_ptr<const imaging::Volume> body(const imaging::VoxelGrid& grid, imaging::VolumeInfo info)
{
    unsigned random = 1;
    const double radius = grid.columns * 0.45;
    return support::syntheticVolume(grid, std::move(info), [&](imaging::VoxelIndex v) {
        random = random * 1664525U + 1013904223U;
        const double distance = std::hypot(v.column - grid.columns / 2.0, 1.3 * (v.row - grid.rows / 2.0));
        const int noise = static_cast<int>(random >> 26) - 32;
        return static_cast<std::int16_t>(distance < radius ? 40 + noise + v.slice % 16 : -1000 + noise / 4);
    });
}

std::shared_ptr<const imaging::Volume> ct()
{
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.unit = std::string("HU");
    info.spacing = imaging::SpacingKind::Calibrated;
    info.window = imaging::WindowLevel{40, 400};
    info.sources.resize(275);
    return body(support::gridOf(512, 512, 275, 0.8), std::move(info));
}

std::shared_ptr<const imaging::Volume> xray()
{
    return body(support::gridOf(2128, 2000, 1, 0.15), support::xrayInfo("L\\F"));
}

struct Duration
{
    double ms = 0;
    double cpuMs = 0; ///< Of this process: what other work on the machine disturbs least.
};

/// The workstation with one picture open, its view 1024x1024 pixels large.
class Desk
{
public:
    explicit Desk(const std::shared_ptr<const imaging::Volume>& volume)
        : m_workstation({{}, m_folder.path().toStdString()})
    {
        auto& window = m_workstation.window;
        window.resize(1600, 1150);
        window.show();
        settle();
        for (int attempt = 0; attempt < 3 && view().size() != QSize(kViewSize, kViewSize); ++attempt) {
            window.resize(window.size() + QSize(kViewSize, kViewSize) - view().size());
            settle();
        }
        if (view().size() != QSize(kViewSize, kViewSize))
            qFatal("The view is %dx%d pixels large, not 1024x1024.", view().width(), view().height());
        m_workstation.picture.setVolume(volume);
        m_workstation.session.open(volume, QStringLiteral("bench"));
        settle();
    }

    ui::SliceView& view() { return m_workstation.window.view(); }
    ui::ShownPicture& picture() { return m_workstation.picture; }
    ui::ViewState& state() { return m_workstation.viewState; }
    app::Session& session() { return m_workstation.session; }

    /// From an event until what it changed was drawn and has reached the window system.
    template <typename Event> Duration send(Event&& event)
    {
        const std::clock_t cpu = std::clock();
        const auto start = std::chrono::steady_clock::now();
        QCoreApplication::sendEvent(&view(), &event);
        QGuiApplication::sync();
        const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
        return {wall.count(), 1000.0 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
    }

    static void settle()
    {
        for (int i = 0; i < 5; ++i)
            QGuiApplication::sync();
    }

private:
    QTemporaryDir m_folder;
    app::Workstation m_workstation;
};

class Paints : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        count += event->type() == QEvent::Paint ? 1 : 0;
        return QObject::eventFilter(watched, event);
    }
    std::size_t count = 0;
};

double percentile(const std::vector<Duration>& durations, double Duration::*clock, std::size_t percent)
{
    std::vector<double> values;
    for (const Duration& duration : durations)
        values.push_back(duration.*clock);
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

void report(benchmark::State& state, const std::vector<Duration>& durations, const Paints& paints)
{
    if (paints.count < durations.size())
        state.SkipWithError("Not every event was followed by a drawn picture.");
    double sum = 0;
    for (const Duration& duration : durations)
        sum += duration.ms;
    state.counters["frames_per_s"] = 1000 * static_cast<double>(durations.size()) / sum;
    for (const std::size_t percent : {50U, 95U, 99U}) {
        const std::string name = std::string("p").append(std::to_string(percent));
        state.counters[name + "_ms"] = percentile(durations, &Duration::ms, percent);
        state.counters[name + "_cpu_ms"] = percentile(durations, &Duration::cpuMs, percent);
    }
}

QWheelEvent wheel(int notches)
{
    const QPointF middle(kViewSize / 2.0, kViewSize / 2.0);
    return {middle, middle, {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false};
}

QMouseEvent mouse(QEvent::Type type, QPointF at)
{
    const auto buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    return {type, at, at, type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons, Qt::NoModifier};
}

/// A mask of about 15 % on every slice.
void addMasks(app::Session& session)
{
    const auto& grid = session.labelMap()->grid();
    const auto edit = session.beginEdit();
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = grid.rows / 3; row < grid.rows * 2 / 3; ++row)
            edit->paintRun(grid.offset({grid.columns / 4 + row % 7, row, slice}),
                static_cast<std::size_t>(grid.columns) * 45 / 100, 1);
    session.commit(*edit, QStringLiteral("Masks"));
}

/// One notch of the wheel after the other, to the end of the stack and back. Argument: with masks over the picture.
void scroll(benchmark::State& state)
{
    Desk desk(ct());
    if (state.range(0) != 0)
        addMasks(desk.session());
    Desk::settle();
    Paints paints;
    desk.view().installEventFilter(&paints);
    std::vector<Duration> durations;
    int direction = 1;
    for ([[maybe_unused]] auto _ : state) {
        if (desk.state().slice() == (direction > 0 ? desk.state().slices() - 1 : 0))
            direction = -direction;
        durations.push_back(desk.send(wheel(-direction)));
        state.SetIterationTime(durations.back().ms / 1000);
    }
    report(state, durations, paints);
}

/// Strokes along a circle, each mouse position timed. Argument: the brush's radius in pixels of the view.
void brush(benchmark::State& state, Desk& desk, const std::shared_ptr<const imaging::Volume>& volume)
{
    auto& view = desk.view();
    desk.state().setTool(ui::ToolId::Brush);
    desk.state().setBrushRadiusMm(
        static_cast<double>(state.range(0)) / view.zoom() * volume->grid().spacingMm[0]);
    Desk::settle();
    Paints paints;
    view.installEventFilter(&paints);
    const auto at = [](int step) {
        return QPointF(512 + 350 * std::cos(step * 0.11), 512 + 350 * std::sin(step * 0.11));
    };
    constexpr int kStrokeLength = 50;
    std::vector<Duration> durations;
    int step = 0;
    for ([[maybe_unused]] auto _ : state) {
        if (step % kStrokeLength == 0)
            desk.send(mouse(QEvent::MouseButtonPress, at(step)));
        durations.push_back(desk.send(mouse(QEvent::MouseMove, at(++step))));
        state.SetIterationTime(durations.back().ms / 1000);
        if (step % kStrokeLength != 0)
            continue;
        desk.send(mouse(QEvent::MouseButtonRelease, at(step)));
        desk.session().undo();
        Desk::settle();
    }
    if (desk.session().labelMap() && !desk.session().canRedo())
        state.SkipWithError("The strokes changed nothing.");
    report(state, durations, paints);
}

void brushCt(benchmark::State& state)
{
    const auto volume = ct();
    Desk desk(volume);
    brush(state, desk, volume);
}

/// The same with three more views of the picture, of which nothing is seen. Argument: whether their page is hidden, so
/// that they rest.
void brushCtBesideViews(benchmark::State& state)
{
    const auto volume = ct();
    Desk desk(volume);
    QWidget page;
    for (const auto plane : {ui::ViewPlane::Coronal, ui::ViewPlane::Sagittal, ui::ViewPlane::Oblique})
        new ui::SliceView(desk.picture(), desk.state(), plane, new QWidget(&page));
    if (state.range(1) != 0)
        for (QWidget* panel : page.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            panel->hide();
    brush(state, desk, volume);
}

/// The crosshair dragged in a circle through four planes side by side, 1024x1024 pixels in all: each position until all
/// four have been drawn. Argument: with masks over the picture.
void crosshair(benchmark::State& state)
{
    Desk desk(ct());
    if (state.range(0) != 0)
        addMasks(desk.session());
    desk.state().setLayout(ui::ViewLayout::Planes);
    Desk::settle();
    auto& view = desk.view();
    Paints paints;
    view.installEventFilter(&paints);
    const auto at = [&view](int step) {
        const double reach = 0.35 * view.width();
        return QPointF(view.width() / 2.0 + reach * std::cos(step * 0.05), view.height() / 2.0 + reach * std::sin(step * 0.05));
    };
    std::vector<Duration> durations;
    int step = 0;
    desk.send(mouse(QEvent::MouseButtonPress, at(step)));
    for ([[maybe_unused]] auto _ : state) {
        durations.push_back(desk.send(mouse(QEvent::MouseMove, at(++step))));
        state.SetIterationTime(durations.back().ms / 1000);
    }
    desk.send(mouse(QEvent::MouseButtonRelease, at(step)));
    report(state, durations, paints);
}

/// The oblique plane turned, in the same window: by half a degree a time.
void turnOblique(benchmark::State& state)
{
    Desk desk(ct());
    desk.state().setLayout(ui::ViewLayout::Planes);
    Desk::settle();
    Paints paints;
    desk.view().installEventFilter(&paints);
    std::vector<Duration> durations;
    int step = 0;
    for ([[maybe_unused]] auto _ : state) {
        const double angle = 0.3 + 0.008 * ++step;
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t cpu = std::clock();
        desk.state().setObliqueNormal({std::sin(angle) * 0.2, -std::sin(angle), std::cos(angle)});
        QGuiApplication::sync();
        const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
        durations.push_back({wall.count(), 1000.0 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC});
        state.SetIterationTime(durations.back().ms / 1000);
    }
    report(state, durations, paints);
}

void brushXray(benchmark::State& state)
{
    const auto volume = xray();
    Desk desk(volume);
    brush(state, desk, volume);
}

} // namespace

BENCHMARK(scroll)->Arg(0)->Arg(1)->ArgName("masks")->Iterations(548)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(brushCt)->Arg(20)->Arg(120)->ArgName("radius")->Iterations(500)->UseManualTime()->Unit(
    benchmark::kMillisecond);
BENCHMARK(brushCtBesideViews)
    ->Args({20, 0})
    ->Args({20, 1})
    ->ArgNames({"radius", "hidden"})
    ->Iterations(300)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(crosshair)->Arg(0)->Arg(1)->ArgName("masks")->Iterations(500)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(turnOblique)->Iterations(300)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(brushXray)->Arg(20)->Arg(120)->ArgName("radius")->Iterations(500)->UseManualTime()->Unit(
    benchmark::kMillisecond);

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    QApplication application(argc, argv);
    ui::applyTheme(application, {});
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
