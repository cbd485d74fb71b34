// Undo and redo of large steps on 512x512x275: goal under 10 ms for any step.
#include "annotations/edit_history.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace {

imaging::VoxelGrid ctGrid()
{
    imaging::VoxelGrid grid;
    grid.columns = 512;
    grid.rows = 512;
    grid.slices = 275;
    return grid;
}

void undoRedo(benchmark::State& state, annotations::LabelMap& map, annotations::EditHistory& history)
{
    annotations::LabelTable labels;
    annotations::MeasurementTable measurements;
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(history.canUndo() ? history.undo(map, labels, measurements) : history.redo(map, labels, measurements));
    while (history.redo(map, labels, measurements)) { }
    state.counters["step_MB"] = static_cast<double>(history.bytes()) / 1e6;
}

/// A model's result: two blobs of ragged rows on every slice, about 15 % of the voxels.
void modelResult(benchmark::State& state)
{
    annotations::LabelMap map(ctGrid());
    annotations::EditHistory history;
    {
        annotations::MaskEdit edit(map);
        std::uint32_t random = 1;
        for (int slice = 0; slice < 275; ++slice) {
            for (int row = 100; row < 400; ++row) {
                for (int side : {90, 300}) {
                    random = random * 1664525u + 1013904223u;
                    edit.paintRun(map.grid().offset({side + int(random >> 28), row, slice}), 100 + (random >> 27), 1);
                }
            }
        }
        history.push(*edit.commit("Segment"));
    }
    undoRedo(state, map, history);
}

/// The largest step there is: every voxel.
void everyVoxel(benchmark::State& state)
{
    annotations::LabelMap map(ctGrid());
    annotations::EditHistory history;
    {
        annotations::MaskEdit edit(map);
        edit.paintRun(0, map.grid().voxels(), 1);
        history.push(*edit.commit("Fill"));
    }
    undoRedo(state, map, history);
}

} // namespace

BENCHMARK(modelResult)->Unit(benchmark::kMillisecond);
BENCHMARK(everyVoxel)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
