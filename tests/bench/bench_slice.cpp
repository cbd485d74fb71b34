#include "ui/views/slice_scene.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

// Drawing a slice into a 1024x1024 viewport: the goal is 8 ms on one core, so that 60 pictures a second leave half of
// the time to the rest. Arguments: columns of the picture (rows the same), overlay (0 none, 1 labels, 2 preview).

namespace {

constexpr int kViewport = 1024;

std::shared_ptr<const imaging::Volume> noise(int size)
{
    imaging::VoxelGrid grid;
    grid.columns = size;
    grid.rows = size;
    grid.slices = 2;
    std::vector<std::byte> bytes(grid.voxels() * 2);
    unsigned state = 1;
    for (std::size_t i = 0; i < grid.voxels(); ++i) {
        state = state * 1664525U + 1013904223U;
        const auto value = static_cast<std::int16_t>(static_cast<int>(state >> 20) - 1024);
        std::memcpy(bytes.data() + 2 * i, &value, 2);
    }
    return std::make_shared<imaging::Volume>(
        grid, imaging::VoxelType::Int16, 1, std::move(bytes), imaging::VolumeInfo());
}

/// A disc in the middle: a third of the picture's width.
template <typename T> std::vector<T> disc(int size, T inside)
{
    std::vector<T> values(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    const int radius = size / 6;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const int x = column - size / 2;
            const int y = row - size / 2;
            if (x * x + y * y < radius * radius)
                values[static_cast<std::size_t>(row) * static_cast<std::size_t>(size)
                    + static_cast<std::size_t>(column)] = inside;
        }
    return values;
}

void drawSlice(benchmark::State& state)
{
    const int size = static_cast<int>(state.range(0));
    const auto volume = noise(size);
    const ui::SlicePixels pixels(volume, 0);
    const auto labels = disc<std::uint16_t>(size, 1);
    const auto probabilities = disc<float>(size, 0.9F);
    const QRgb colours[] = {0, qRgb(214, 139, 82)};
    ui::SliceScene scene;
    scene.pixels = &pixels;
    scene.window = {0, 1500};
    scene.view = ui::fitted(QSize(size, size), {1, 1}, QSize(kViewport, kViewport));
    if (state.range(1) == 1) {
        scene.overlay.labels = labels;
        scene.overlay.colours = colours;
    } else if (state.range(1) == 2) {
        scene.overlay.preview.probabilities = probabilities;
        scene.overlay.preview.colours = colours;
    }
    QImage target(kViewport, kViewport, QImage::Format_RGB32);
    for (auto _ : state)
        ui::renderSlice(scene, target, target.rect());
}

/// Another slice each time, as in scrolling: nothing is kept between two pictures.
void scrollSlices(benchmark::State& state)
{
    const int size = static_cast<int>(state.range(0));
    const auto volume = noise(size);
    ui::SliceScene scene;
    scene.window = {0, 1500};
    scene.view = ui::fitted(QSize(size, size), {1, 1}, QSize(kViewport, kViewport));
    QImage target(kViewport, kViewport, QImage::Format_RGB32);
    int slice = 0;
    for (auto _ : state) {
        const ui::SlicePixels pixels(volume, slice ^= 1);
        scene.pixels = &pixels;
        ui::renderSlice(scene, target, target.rect());
    }
}

} // namespace

BENCHMARK(drawSlice)->ArgsProduct({{512, 2048}, {0, 1, 2}})->Unit(benchmark::kMillisecond);
BENCHMARK(scrollSlices)->Arg(512)->Arg(2048)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
