// A SEG of 275 slices of 512x512, written and read back: goal under 1 s each.
#include "annotations/seg/reader.h"
#include "annotations/seg/writer.h"
#include "tests/unit/annotations/source_volumes.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>
#include <string>

#include <unistd.h>

namespace {

constexpr int kSize = 512;
constexpr int kSlices = 275;

/// Two lungs as ellipsoids, the lower part of each with another label: about 15 % of the voxels.
annotations::LabelMap lungs(const imaging::VoxelGrid& grid)
{
    annotations::LabelMap::Voxels voxels(grid.voxels());
    std::size_t offset = 0;
    for (int s = 0; s < grid.slices; ++s) {
        const double z = (s - grid.slices / 2.0) / (grid.slices / 2.2);
        for (int r = 0; r < grid.rows; ++r) {
            const double y = (r - grid.rows / 2.0) / (grid.rows / 4.0);
            for (int c = 0; c < grid.columns; ++c, ++offset) {
                const double x = (std::abs(c - grid.columns / 2.0) - grid.columns / 5.0) / (grid.columns / 7.0);
                if (x * x + y * y + z * z < 1)
                    voxels[offset] = z < 0 ? 1 : 2;
            }
        }
    }
    return annotations::LabelMap(grid, std::move(voxels));
}

struct Study
{
    imaging::Volume source = fixtures::ct(kSize, kSize, kSlices);
    annotations::LabelMap map = lungs(source.grid());
    annotations::LabelTable labels = annotations::defaultLabels();
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("limn-bench-seg-" + std::to_string(::getpid()) + ".dcm");

    ~Study()
    {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }

    void write() const { annotations::writeSeg(path, source, map, labels, {}); }
};

void writeSeg(benchmark::State& state)
{
    const Study study;
    for ([[maybe_unused]] auto _ : state)
        study.write();
}

void readSeg(benchmark::State& state)
{
    const Study study;
    study.write();
    for ([[maybe_unused]] auto _ : state) {
        imaging::Warnings warnings;
        const annotations::SegObject object = annotations::readSeg(study.path);
        const annotations::LabelMap map = annotations::toLabelMap(object, study.source, warnings);
        benchmark::DoNotOptimize(map.voxels().data());
    }
}

} // namespace

BENCHMARK(writeSeg)->Unit(benchmark::kMillisecond);
BENCHMARK(readSeg)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
