// One mouse event of a brush stroke, until the voxels are changed: goal p95 under 16 ms, drawing included (product.md
// 4).
#include "annotations/label_map.h"
#include "annotations/tools/brush.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace {

/// A circle drawn with a brush of `radius` mm, 40 px between mouse positions; reports the 95th percentile.
void stroke(benchmark::State& state, const imaging::VoxelGrid& grid, double radius)
{
    annotations::LabelMap map(grid);
    std::vector<double> seconds;
    for ([[maybe_unused]] auto _ : state) {
        annotations::MaskEdit edit(map);
        annotations::BrushStroke brush(edit, grid.slices / 2, radius, 1);
        for (int i = 0; i < 60; ++i) {
            const auto start = std::chrono::steady_clock::now();
            brush.moveTo(grid.columns * (0.5 + 0.4 * std::cos(i * 0.2)), grid.rows * (0.5 + 0.4 * std::sin(i * 0.2)));
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

void brushCt(benchmark::State& state)
{
    stroke(state, grid(512, 512, 275), static_cast<double>(state.range(0)));
}

void brushXray(benchmark::State& state)
{
    stroke(state, grid(2128, 2000, 1), static_cast<double>(state.range(0)));
}

} // namespace

BENCHMARK(brushCt)->Arg(5)->Arg(60)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(brushXray)->Arg(10)->Arg(300)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK_MAIN();
