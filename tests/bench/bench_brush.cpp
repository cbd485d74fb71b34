// One mouse event of a brush stroke, until the voxels are changed: goal p95 under 16 ms, drawing included.
#include "annotations/label_map.h"
#include "annotations/tools/brush.h"
#include "imaging/plane.h"
#include "imaging/volume.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace {

/// A circle drawn with a brush of `radius` mm, 40 px between mouse positions; reports the 95th percentile.
void stroke(benchmark::State& state, const imaging::VoxelGrid& grid, const imaging::Plane& plane,
    annotations::BrushTip tip = annotations::BrushTip::Disc, const std::optional<annotations::ValueGate>& gate = {})
{
    const auto radius = static_cast<double>(state.range(0));
    annotations::LabelMap map(grid);
    std::vector<double> seconds;
    for ([[maybe_unused]] auto _ : state) {
        annotations::MaskEdit edit(map);
        annotations::BrushStroke brush(edit, plane, radius, 1, tip, gate);
        for (int i = 0; i < 60; ++i) {
            const auto start = std::chrono::steady_clock::now();
            brush.moveTo(plane.columns * (0.5 + 0.4 * std::cos(i * 0.2)), plane.rows * (0.5 + 0.4 * std::sin(i * 0.2)));
            seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
        benchmark::DoNotOptimize(edit.commit("Brush"));
        state.PauseTiming();
        annotations::MaskEdit erase(map);
        erase.paintRun(0, grid.voxels(), 0);
        erase.commit("Clear");
        state.ResumeTiming();
    }
    std::sort(seconds.begin(), seconds.end());
    state.counters["p95_ms"] = 1000 * seconds[seconds.size() * 95 / 100];
    state.counters["max_ms"] = 1000 * seconds.back();
}

imaging::VoxelGrid grid(int columns, int rows, int slices)
{
    imaging::VoxelGrid g;
    g.columns = columns;
    g.rows = rows;
    g.slices = slices;
    return g;
}

imaging::VoxelGrid ct()
{
    return grid(512, 512, 275);
}

void brushCt(benchmark::State& state)
{
    stroke(state, ct(), planeOf(ct(), imaging::GridAxis::Slice, 137));
}

void brushCoronal(benchmark::State& state)
{
    stroke(state, ct(), upright(planeOf(ct(), imaging::GridAxis::Row, 256)));
}

void brushSagittal(benchmark::State& state)
{
    stroke(state, ct(), upright(planeOf(ct(), imaging::GridAxis::Column, 256)));
}

void brushOblique(benchmark::State& state)
{
    stroke(state, ct(), planeThrough(ct(), ct().toPatient(256, 256, 137), {0.4, 0.5, 0.77}));
}

void brushSphere(benchmark::State& state)
{
    stroke(state, ct(), planeOf(ct(), imaging::GridAxis::Slice, 137), annotations::BrushTip::Sphere);
}

void brushXray(benchmark::State& state)
{
    const auto xray = grid(2128, 2000, 1);
    stroke(state, xray, planeOf(xray, imaging::GridAxis::Slice, 0));
}

/// Every second run of 16 values lies in the range.
void thresholdBrushXray(benchmark::State& state)
{
    const auto xray = grid(2128, 2000, 1);
    std::vector<std::byte> bytes(xray.voxels() * sizeof(std::uint16_t));
    auto* values = reinterpret_cast<std::uint16_t*>(bytes.data());
    for (std::size_t i = 0; i < xray.voxels(); ++i)
        values[i] = static_cast<std::uint16_t>(i / 16 % 2);
    const imaging::Volume picture(xray, imaging::VoxelType::UInt16, 1, std::move(bytes), {});
    stroke(state, xray, planeOf(xray, imaging::GridAxis::Slice, 0), annotations::BrushTip::Disc,
        annotations::ValueGate{&picture, {1, 1}});
}

} // namespace

BENCHMARK(brushCt)->Arg(5)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushCoronal)->Arg(5)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushSagittal)->Arg(5)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushOblique)->Arg(5)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushSphere)->Arg(5)->Arg(20)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(thresholdBrushXray)->Arg(10)->Arg(300)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushXray)->Arg(10)->Arg(300)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK_MAIN();
