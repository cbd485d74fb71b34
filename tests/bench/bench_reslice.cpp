// Planes of a CT of 512 x 512 x 300 voxels, Int16, 0.7 x 0.7 x 1 mm: what moving the crosshair costs for each view. The
// goal is 60 frames a second in 2x2 views without a GPU, so 16 ms for all of them, drawing
// included. Argument: threads.
#include "imaging/parallel.h"
#include "imaging/projection.h"
#include "imaging/reslice.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

using imaging::GridAxis;
using imaging::Interpolation;
using imaging::Plane;

imaging::VoxelGrid ctGrid()
{
    imaging::VoxelGrid grid;
    grid.columns = 512;
    grid.rows = 512;
    grid.slices = 300;
    grid.spacingMm = {0.7, 0.7, 1};
    return grid;
}

const imaging::Volume& ct()
{
    static const auto volume = [] {
        const auto grid = ctGrid();
        imaging::VoxelBuffer buffer(grid.voxels() * 2);
        unsigned state = 1;
        for (std::size_t i = 0; i < grid.voxels(); ++i) {
            state = state * 1664525U + 1013904223U;
            const auto value = static_cast<std::int16_t>(static_cast<int>(state >> 20) - 1024);
            std::memcpy(buffer.bytes().data() + 2 * i, &value, 2);
        }
        return std::make_unique<const imaging::Volume>(
            grid, imaging::VoxelType::Int16, 1, std::move(buffer), imaging::VolumeInfo());
    }();
    return *volume;
}

Plane oblique(double along)
{
    return planeThrough(ctGrid(), ctGrid().toPatient(256, 256, 150 + along), {0.4, 0.5, 0.77});
}

unsigned threadsOf(const benchmark::State& state)
{
    return static_cast<unsigned>(state.range(0));
}

void layers(benchmark::State& state, GridAxis across)
{
    int layer = 0;
    for ([[maybe_unused]] auto _ : state) {
        const Plane plane = upright(planeOf(ctGrid(), across, layer = (layer + 7) % 300));
        benchmark::DoNotOptimize(reslice(ct(), plane, {Interpolation::Trilinear, -1000, threadsOf(state)}));
    }
}

void axial(benchmark::State& state)
{
    layers(state, GridAxis::Slice);
}

void coronal(benchmark::State& state)
{
    layers(state, GridAxis::Row);
}

void sagittal(benchmark::State& state)
{
    layers(state, GridAxis::Column);
}

void obliquely(benchmark::State& state, Interpolation interpolation)
{
    int step = 0;
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(
            reslice(ct(), oblique(step = (step + 7) % 90), {interpolation, -1000, threadsOf(state)}));
    const Plane plane = oblique(0);
    state.SetLabel(std::to_string(plane.columns) + " x " + std::to_string(plane.rows) + " pixels");
}

void obliqueNearest(benchmark::State& state)
{
    obliquely(state, Interpolation::Nearest);
}

void obliqueTrilinear(benchmark::State& state)
{
    obliquely(state, Interpolation::Trilinear);
}

void slabOf(benchmark::State& state, const Plane& plane)
{
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(project(ct(), plane, imaging::Projection::Maximum, 10,
            {Interpolation::Trilinear, -1000, threadsOf(state)}));
}

void axialSlab10mm(benchmark::State& state)
{
    slabOf(state, planeOf(ctGrid(), GridAxis::Slice, 150));
}

void coronalSlab10mm(benchmark::State& state)
{
    slabOf(state, upright(planeOf(ctGrid(), GridAxis::Row, 256)));
}

void obliqueSlab10mm(benchmark::State& state)
{
    slabOf(state, oblique(0));
}

void obliqueLabels(benchmark::State& state)
{
    const std::vector<std::uint16_t> labels(ctGrid().voxels(), 1);
    int step = 0;
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(imaging::resliceLabels(labels, ctGrid(), oblique(step = (step + 7) % 90)));
}

} // namespace

BENCHMARK(axial)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(coronal)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(sagittal)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(obliqueNearest)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(obliqueTrilinear)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(axialSlab10mm)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(coronalSlab10mm)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(obliqueSlab10mm)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(obliqueLabels)->Arg(2)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv)
{
#if defined(__AVX512F__)
    const char* instructions = "AVX-512";
#elif defined(__AVX2__)
    const char* instructions = "AVX2";
#elif defined(__SSE2__)
    const char* instructions = "SSE2";
#else
    const char* instructions = "other";
#endif
    benchmark::AddCustomContext("instruction_set", instructions);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
