// One mouse event of the tools that look for regions and edges, until the voxels are changed: goal p95 under 16 ms.
#include "annotations/label_map.h"
#include "annotations/tools/fill_tool.h"
#include "annotations/tools/freehand_tool.h"
#include "annotations/tools/livewire_tool.h"
#include "annotations/tools/region_grow_tool.h"
#include "annotations/tools/scissors_tool.h"
#include "imaging/plane.h"
#include "imaging/volume.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace {

using annotations::PlanePosition;

imaging::VoxelGrid gridOf(int columns, int rows, int slices)
{
    imaging::VoxelGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.slices = slices;
    return grid;
}

/// Two bright ellipses on a dark ground in every slice, with noise: about what lungs are.
imaging::Volume chest(const imaging::VoxelGrid& grid)
{
    std::vector<std::byte> bytes(grid.voxels() * sizeof(std::int16_t));
    auto* value = reinterpret_cast<std::int16_t*>(bytes.data());
    unsigned state = 1;
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column) {
                const double x = std::abs(2.0 * column / grid.columns - 1) - 0.45;
                const double y = 2.0 * row / grid.rows - 1;
                state = state * 1664525U + 1013904223U;
                *value++ = static_cast<std::int16_t>(
                    (x * x / 0.12 + y * y / 0.4 < 1 ? -800 : 40) + static_cast<int>(state >> 26U));
            }
    return {grid, imaging::VoxelType::Int16, 1, std::move(bytes), {}};
}

class Events
{
public:
    template <typename Work> void time(Work&& work)
    {
        const auto start = std::chrono::steady_clock::now();
        work();
        m_seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }

    void report(benchmark::State& state)
    {
        std::sort(m_seconds.begin(), m_seconds.end());
        state.counters["p50_ms"] = 1000 * m_seconds[m_seconds.size() / 2];
        state.counters["p95_ms"] = 1000 * m_seconds[m_seconds.size() * 95 / 100];
        state.counters["max_ms"] = 1000 * m_seconds.back();
    }

private:
    std::vector<double> m_seconds;
};

imaging::Plane planeNumber(const imaging::VoxelGrid& grid, int number)
{
    if (number == 1)
        return upright(planeOf(grid, imaging::GridAxis::Row, grid.rows / 2));
    if (number == 2)
        return planeThrough(grid, grid.toPatient(128, 256, grid.slices / 2), {0.4, 0.5, 0.77});
    return planeOf(grid, imaging::GridAxis::Slice, grid.slices / 2);
}

/// Axial, coronal, oblique; then in a box.
void regionGrow(benchmark::State& state)
{
    const auto grid = gridOf(512, 512, 275);
    const auto picture = chest(grid);
    const auto number = static_cast<int>(state.range(0));
    annotations::ToolOptions options{.plane = planeNumber(grid, number), .picture = &picture};
    if (number == 3)
        options.region.extent = annotations::RegionChoice::Extent::Volume;
    const auto seen = options.plane.toPlane(grid.toPatient(128, 256, grid.slices / 2));
    Events begins;
    Events moves;
    for ([[maybe_unused]] auto _ : state) {
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        annotations::RegionGrowTool tool(edit, options);
        begins.time([&] { tool.begin({seen.column, seen.row}); });
        for (int i = 0; i < 60; ++i)
            moves.time([&] { tool.move({seen.column + i * 5, seen.row}); });
    }
    moves.report(state);
}

void fill(benchmark::State& state)
{
    const auto grid = gridOf(512, 512, 275);
    const auto number = static_cast<int>(state.range(0));
    annotations::ToolOptions options{.plane = planeNumber(grid, number)};
    if (number == 3)
        options.region.extent = annotations::RegionChoice::Extent::Volume;
    const auto seen = options.plane.toPlane(grid.toPatient(128, 256, grid.slices / 2));
    Events events;
    for ([[maybe_unused]] auto _ : state) {
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        annotations::FillTool tool(edit, options);
        events.time([&] { tool.begin({seen.column, seen.row}); });
    }
    events.report(state);
}

std::vector<PlanePosition> circle(const imaging::Plane& plane, double part, int count)
{
    std::vector<PlanePosition> positions;
    for (int i = 0; i < count; ++i) {
        const double angle = 2 * std::numbers::pi * i / count;
        positions.push_back({plane.columns * (0.5 + part * std::cos(angle)), plane.rows * (0.5 + part * std::sin(angle))});
    }
    return positions;
}

/// Moves of 4 pixels away from an anchor and around it, and clicks.
void livewire(benchmark::State& state)
{
    const auto grid = gridOf(2128, 2000, 1);
    const auto picture = chest(grid);
    const annotations::ToolOptions options{.plane = planeNumber(grid, 0), .picture = &picture};
    Events moves;
    Events clicks;
    for ([[maybe_unused]] auto _ : state) {
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        annotations::LivewireTool tool(edit, options, 1);
        PlanePosition at{555, 300};
        tool.begin(at);
        for (int anchor = 0; anchor < 6; ++anchor) {
            for (int i = 0; i < 50; ++i) {
                at = {at.column + (anchor % 2 == 0 ? 3 : -3), at.row + 4};
                moves.time([&] { tool.move(at); });
            }
            clicks.time([&] { tool.click(at, 2); });
        }
    }
    if (state.range(0) == 0)
        moves.report(state);
    else
        clicks.report(state);
}

/// The farthest that one move can ask for.
void livewireJump(benchmark::State& state)
{
    const auto grid = gridOf(2128, 2000, 1);
    const auto picture = chest(grid);
    const annotations::ToolOptions options{.plane = planeNumber(grid, 0), .picture = &picture};
    Events events;
    for ([[maybe_unused]] auto _ : state) {
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        annotations::LivewireTool tool(edit, options, 1);
        tool.begin({1000, 1000});
        events.time([&] { tool.move({1300, 1300}); });
    }
    events.report(state);
}

/// The release, on a CT whose every slice has the label.
void scissors(benchmark::State& state)
{
    const auto grid = gridOf(512, 512, 275);
    annotations::ToolOptions options{.plane = planeNumber(grid, static_cast<int>(state.range(0)))};
    if (state.range(1) == 1)
        options.cut.side = annotations::CutChoice::Side::Outside;
    annotations::LabelMap map(grid);
    {
        annotations::MaskEdit edit(map);
        for (int slice = 0; slice < grid.slices; ++slice)
            for (int row = 150; row < 350; ++row)
                edit.paintRun(grid.offset({100, row, slice}), 150, 1);
        edit.commit("Block");
    }
    Events events;
    for ([[maybe_unused]] auto _ : state) {
        annotations::MaskEdit edit(map);
        annotations::ScissorsTool tool(edit, options);
        tool.begin({100, 100});
        for (const auto& position : circle(options.plane, 0.2, 200))
            tool.move(position);
        events.time([&] { tool.end(); });
    }
    events.report(state);
}

void freehand(benchmark::State& state)
{
    const auto grid = gridOf(2128, 2000, 1);
    const annotations::ToolOptions options{.plane = planeNumber(grid, 0)};
    Events events;
    for ([[maybe_unused]] auto _ : state) {
        annotations::LabelMap map(grid);
        annotations::MaskEdit edit(map);
        annotations::FreehandTool tool(edit, options, 1);
        tool.begin({1900, 1000});
        for (const auto& position : circle(options.plane, 0.4, 1500))
            tool.move(position);
        events.time([&] { tool.end(); });
    }
    events.report(state);
}

} // namespace

BENCHMARK(regionGrow)->DenseRange(0, 3)->Unit(benchmark::kMillisecond)->Iterations(3);
BENCHMARK(fill)->DenseRange(0, 3)->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK(livewire)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(livewireJump)->Unit(benchmark::kMillisecond)->Iterations(20);
BENCHMARK(scissors)->ArgsProduct({{0, 1, 2}, {0, 1}})->Unit(benchmark::kMillisecond)->Iterations(5);
BENCHMARK(freehand)->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_MAIN();
