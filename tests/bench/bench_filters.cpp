// Filters on a CT of 512x512x275 with a segment as large as a lung (150 x 250 x 220 voxels), or one that fills all: what a user waits for after
// Apply. Beside them ITK's distance map, on the same box.
#include "annotations/filters/interpolation.h"
#include "annotations/filters/mask_filter.h"
#include "annotations/label_map.h"
#include "imaging/volume.h"

#include <benchmark/benchmark.h>
#include <itkImage.h>
#include <itkSignedMaurerDistanceMapImageFilter.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using annotations::FilterKind;

imaging::VoxelGrid ct()
{
    imaging::VoxelGrid g;
    g.columns = g.rows = 512;
    g.slices = 275;
    g.spacingMm = {0.7, 0.7, 1.25};
    return g;
}

std::uint32_t hash(std::uint32_t x)
{
    x ^= x >> 16U;
    x *= 0x7feb352dU;
    x ^= x >> 15U;
    x *= 0x846ca68bU;
    return x ^ (x >> 16U);
}

/// An ellipsoid with a rough surface and holes, label 1, next to another, label 2; in one of `every` slices only.
const annotations::LabelMap& lungs(int every = 1)
{
    static std::unique_ptr<annotations::LabelMap> maps[16];
    auto& map = maps[every];
    if (map)
        return *map;
    const auto g = ct();
    annotations::LabelMap::Voxels voxels(g.voxels());
    for (int z = 0; z < g.slices; z += every)
        for (int y = 0; y < g.rows; ++y)
            for (int x = 0; x < g.columns; ++x) {
                const auto at = g.offset({x, y, z});
                const double rough = 0.03 * (hash(static_cast<std::uint32_t>(at)) % 100) / 100.0;
                const auto inside = [&](double middle) {
                    return std::hypot((x - middle) / 75, (y - 256) / 125.0, (z - 137) / 110.0) < 1 - rough;
                };
                if (hash(static_cast<std::uint32_t>(at) + 7U) % 200 == 0)
                    continue;
                voxels[at] = inside(150) ? 1 : inside(360) ? 2 : 0;
            }
    map = std::make_unique<annotations::LabelMap>(g, std::move(voxels));
    return *map;
}

const imaging::Volume& picture()
{
    static const imaging::Volume volume = [] {
        const auto g = ct();
        std::vector<std::byte> bytes(g.voxels() * 2);
        auto* values = reinterpret_cast<std::int16_t*>(bytes.data());
        for (std::size_t i = 0; i < g.voxels(); ++i)
            values[i] = static_cast<std::int16_t>(static_cast<int>(hash(static_cast<std::uint32_t>(i / 64)) % 2000) - 1000);
        return imaging::Volume(g, imaging::VoxelType::Int16, 1, std::move(bytes), {});
    }();
    return volume;
}

void filter(benchmark::State& state, FilterKind kind, double mm, int every = 1)
{
    const auto& map = lungs(every);
    annotations::MaskFilter filter;
    filter.kind = kind;
    filter.other = 2;
    filter.mm = mm;
    filter.range = {-1000, 0};
    filter.smallest = 100;
    annotations::FilterScope scope;
    scope.box = annotations::wholeBox(map.grid());
    std::size_t runs = 0;
    for ([[maybe_unused]] auto _ : state)
        runs = annotations::filterMask(annotations::blockOf(map), picture(), filter, scope).runs.size();
    state.counters["runs"] = static_cast<double>(runs);
}

/// What the window's thread does at the end: the runs become a step.
void paintGrown(benchmark::State& state)
{
    annotations::LabelMap map = lungs();
    annotations::MaskFilter filter;
    filter.kind = FilterKind::Grow;
    filter.mm = 5;
    annotations::FilterScope scope;
    scope.box = annotations::wholeBox(map.grid());
    const auto outcome = annotations::filterMask(annotations::blockOf(map), picture(), filter, scope);
    for ([[maybe_unused]] auto _ : state) {
        annotations::MaskEdit edit(map);
        annotations::paint(edit, outcome);
        auto delta = edit.commit("Grow");
        state.PauseTiming();
        delta->revert(map);
        state.ResumeTiming();
    }
}

void itkDistanceMap(benchmark::State& state)
{
    const auto block = annotations::blockOf(lungs());
    const auto box = *annotations::boxOfLabel(block, 1, block.box);
    const auto set = annotations::voxelsWith(block, 1, annotations::widened(box, 5, block.grid, block.box));
    using Mask = itk::Image<std::uint8_t, 3>;
    using Distance = itk::Image<float, 3>;
    auto mask = Mask::New();
    const auto size = set.size();
    mask->SetRegions(Mask::SizeType{{static_cast<itk::SizeValueType>(size.columns),
        static_cast<itk::SizeValueType>(size.rows), static_cast<itk::SizeValueType>(size.slices)}});
    mask->Allocate();
    mask->SetSpacing(set.grid().spacingMm.data());
    std::memcpy(mask->GetBufferPointer(), set.voxels().data(), set.voxels().size());
    for ([[maybe_unused]] auto _ : state) {
        auto map = itk::SignedMaurerDistanceMapImageFilter<Mask, Distance>::New();
        map->SetInput(mask);
        map->SetUseImageSpacing(true);
        map->SetSquaredDistance(true);
        map->Update();
        benchmark::DoNotOptimize(map->GetOutput()->GetBufferPointer());
    }
}

} // namespace

BENCHMARK_CAPTURE(filter, threshold, FilterKind::Threshold, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, keepLargest, FilterKind::KeepLargest, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, fillHoles, FilterKind::FillHoles, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, median, FilterKind::Median, 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, jointMedian, FilterKind::JointMedian, 2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, grow, FilterKind::Grow, 5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, shrink, FilterKind::Shrink, 5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, close, FilterKind::Close, 5)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, invert, FilterKind::Invert, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, merge, FilterKind::Merge, 0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter, interpolateEveryTenth, FilterKind::Interpolate, 0, 10)->Unit(benchmark::kMillisecond);
BENCHMARK(paintGrown)->Unit(benchmark::kMillisecond);
BENCHMARK(itkDistanceMap)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
