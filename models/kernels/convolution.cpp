#include "models/kernels/convolution.h"

#include "models/kernels/dense.h"
#include "models/kernels/threads.h"

#include <torch/types.h>

#include <algorithm>

namespace models::kernels {

namespace {

/// Floats between the tiles of two points beyond their own: a power of two would map all points to one set of a cache.
constexpr std::ptrdiff_t kGap = kLanes;
/// Floats of one thread's transformed tiles, about what a second-level cache holds.
constexpr std::ptrdiff_t kTileFloats = 220'000;
/// Floats of the matrices from which on they are read once for all tiles, and of the tiles that are held for that.
constexpr std::int64_t kManyFloats = 2'000'000;
constexpr std::ptrdiff_t kHeldFloats = 6'000'000;
constexpr int kTransformedTiles = 4; ///< By one thread at once, where the threads share the points.
constexpr int kSmallPicture = 16;

/// G of F(side x side, 3x3).
at::Tensor filterTransform(int side)
{
    const auto wide = at::TensorOptions(at::kDouble);
    if (side == 2)
        return torch::tensor({1.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0.0, 0.0, 1.0}, wide).view({4, 3});
    return torch::tensor({1.0 / 4, 0.0, 0.0, -1.0 / 6, -1.0 / 6, -1.0 / 6, -1.0 / 6, 1.0 / 6, -1.0 / 6, 1.0 / 24,
                             1.0 / 12, 1.0 / 6, 1.0 / 24, -1.0 / 12, 1.0 / 6, 0.0, 0.0, 1.0},
        wide)
        .view({6, 3});
}

/// [out, in, 3, 3] with every part's channels padded.
at::Tensor withPaddedParts(const at::Tensor& weight, const std::vector<int>& partChannels)
{
    std::vector<at::Tensor> parts;
    std::int64_t first = 0;
    for (const int channels : partChannels) {
        parts.push_back(padded(weight.narrow(1, first, channels), 1, paddedChannels(channels)));
        first += channels;
    }
    return padded(at::cat(parts, 1), 0, paddedChannels(static_cast<int>(weight.size(0))));
}

/// G g G^T of every pair of channels, as a packed matrix [in, out] for each point. Panel by panel: in double precision
/// the whole would be large.
at::Tensor transformedFilters(const at::Tensor& weight, int side, int panelColumns)
{
    const auto transform = filterTransform(side);
    const auto both = at::kron(transform, transform); // [points, 9]
    const auto points = both.size(0), out = weight.size(0), in = weight.size(1);
    auto result = at::empty({points, out * in}, at::kFloat);
    for (std::int64_t column = 0; column < out; column += panelColumns) {
        const auto width = std::min<std::int64_t>(panelColumns, out - column);
        const auto filters = weight.narrow(0, column, width).to(at::kDouble).permute({2, 3, 1, 0}); // [3, 3, in, width]
        result.narrow(1, column * in, width * in).copy_(at::matmul(both, filters.reshape({9, in * width})));
    }
    return result;
}

/// Some tiles of a view: the piece of that number.
TileView among(const TileView& view, int piece)
{
    const int first = piece * kTransformedTiles;
    TileView result = view;
    result.values += std::ptrdiff_t(first) * view.channels;
    result.firstTile += first;
    result.tiles = std::min(kTransformedTiles, view.tiles - first);
    return result;
}

} // namespace

FeatureMap makeMap(BufferPool& pool, int batch, int rows, int columns, int channels)
{
    const std::size_t floats =
        static_cast<std::size_t>(batch) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    return {pool.take(floats * static_cast<std::size_t>(channels)), batch, rows, columns, channels};
}

struct Convolution3x3::Work
{
    std::vector<InputPart> parts;
    TileGrid grid;
    OutputTarget target;
    int tiles = 0;
};

Convolution3x3::Convolution3x3(
    const at::Tensor& weight, const at::Tensor& bias, std::vector<int> partChannels, int rows, const Kernels& kernels)
    : m_kernels(&kernels)
    , m_side(rows <= kSmallPicture ? 2 : 4)
{
    const auto filters = withPaddedParts(weight, partChannels);
    m_outChannels = static_cast<int>(filters.size(0));
    m_inChannels = static_cast<int>(filters.size(1));
    m_matrices = transformedFilters(filters, m_side, kernels.panelColumns);
    m_bias = padded(bias.to(at::kFloat), 0, m_outChannels);
    m_zeros.resize(static_cast<std::size_t>(m_inChannels));
    int first = 0;
    for (const int channels : partChannels) {
        m_firstChannels.push_back(first);
        first += paddedChannels(channels);
    }
}

FeatureMap Convolution3x3::run(
    std::span<const InputPart> parts, int batch, int rows, int columns, BufferPool& pool) const
{
    return run(parts, batch, rows, columns, pool, {});
}

FeatureMap Convolution3x3::run(
    std::span<const InputPart> parts, int batch, int rows, int columns, BufferPool& pool, Extras extras) const
{
    auto result = makeMap(pool, batch, rows, columns, m_outChannels);
    Work work;
    work.parts.assign(parts.begin(), parts.end());
    for (std::size_t i = 0; i < work.parts.size(); ++i)
        work.parts[i].firstChannel = m_firstChannels[i];
    work.grid = {m_side, rows, columns};
    work.tiles = batch * work.grid.tilesOfPicture();
    work.target.map = result.values.get();
    work.target.bias = extras.plain ? nullptr : m_bias.const_data_ptr<float>();
    work.target.added = extras.added ? extras.added->values.get() : nullptr;
    if (extras.pooled) {
        *extras.pooled = makeMap(pool, batch, rows / 2, columns / 2, m_outChannels);
        work.target.pooled = extras.pooled->values.get();
    }
    if (m_matrices.numel() > kManyFloats)
        runByPoints(work, pool);
    else
        runByTiles(work, pool);
    return result;
}

void Convolution3x3::multiplyPoint(int point, const TileView& from, const TileView& to) const
{
    Product product;
    product.a = from.values + point * from.pointStride;
    product.aStride = from.channels;
    product.b = m_matrices.const_data_ptr<float>() + std::ptrdiff_t(point) * m_inChannels * m_outChannels;
    product.c = to.values + point * to.pointStride;
    product.cStride = to.channels;
    product.rows = from.tiles;
    product.depth = m_inChannels;
    product.columns = m_outChannels;
    m_kernels->multiply(product);
}

/// Each thread takes some tiles through all three steps; they stay in its cache.
void Convolution3x3::runByTiles(const Work& work, BufferPool& pool) const
{
    const int points = work.grid.points();
    const int most = std::max(7, static_cast<int>(kTileFloats / (points * (m_inChannels + m_outChannels))) / 7 * 7);
    const int rounds = pieces(work.tiles, most * threadCount());
    const int each = pieces(work.tiles, rounds * threadCount());
    const std::ptrdiff_t inStride = std::ptrdiff_t(each) * m_inChannels + kGap;
    const std::ptrdiff_t outStride = std::ptrdiff_t(each) * m_outChannels + kGap;
    const std::ptrdiff_t floats = points * (inStride + outStride);
    const auto memory = pool.take(static_cast<std::size_t>(threadCount() * floats));
    onThreads(pieces(work.tiles, each), [&](int piece, int thread) {
        float* own = memory.get() + thread * floats;
        const int first = piece * each, tiles = std::min(each, work.tiles - first);
        const TileView from{own, inStride, m_inChannels, first, tiles};
        const TileView to{own + points * inStride, outStride, m_outChannels, first, tiles};
        for (const auto& part : work.parts)
            m_kernels->transformInput(part, work.grid, from, m_zeros.data());
        for (int point = 0; point < points; ++point)
            multiplyPoint(point, from, to);
        m_kernels->transformOutput(to, work.grid, work.target);
    });
}

/// The matrices are larger than the tiles: the threads share the points, and each matrix is read once.
void Convolution3x3::runByPoints(const Work& work, BufferPool& pool) const
{
    const int points = work.grid.points();
    const int most = static_cast<int>(kHeldFloats / (points * (m_inChannels + m_outChannels)));
    const int each = pieces(work.tiles, pieces(work.tiles, std::max(7, most)));
    const std::ptrdiff_t inStride = std::ptrdiff_t(each) * m_inChannels + kGap;
    const std::ptrdiff_t outStride = std::ptrdiff_t(each) * m_outChannels + kGap;
    const auto memory = pool.take(static_cast<std::size_t>(points * (inStride + outStride)));
    for (int first = 0; first < work.tiles; first += each) {
        const int tiles = std::min(each, work.tiles - first);
        const TileView from{memory.get(), inStride, m_inChannels, first, tiles};
        const TileView to{memory.get() + points * inStride, outStride, m_outChannels, first, tiles};
        onThreads(pieces(tiles, kTransformedTiles), [&](int piece, int) {
            for (const auto& part : work.parts)
                m_kernels->transformInput(part, work.grid, among(from, piece), m_zeros.data());
        });
        onThreads(points, [&](int point, int) { multiplyPoint(point, from, to); });
        onThreads(pieces(tiles, kTransformedTiles),
            [&](int piece, int) { m_kernels->transformOutput(among(to, piece), work.grid, work.target); });
    }
}

} // namespace models::kernels
