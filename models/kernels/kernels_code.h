// Included by kernels_*.cpp, each compiled for other instructions. Everything has internal linkage and no function of
// the standard library is used: the linker must never take a copy from here for the rest of the program.

#pragma once

#include "models/kernels/kernels.h"

#ifndef LIMN_VECTOR_BYTES
#define LIMN_VECTOR_BYTES 16
#endif

namespace models::kernels {

namespace {

using Vec = float __attribute__((vector_size(LIMN_VECTOR_BYTES)));
using Unaligned = float __attribute__((vector_size(LIMN_VECTOR_BYTES), aligned(4), may_alias));

constexpr int kWidth = LIMN_VECTOR_BYTES / 4;
/// Accumulators of a block of the product: as many as leave registers for the operands.
constexpr int kBlockVectors = LIMN_VECTOR_BYTES == 64 ? 4 : 2;
constexpr int kRegisters = LIMN_VECTOR_BYTES == 64 ? 28 : 12;
constexpr int kMostRows = 14;

Vec load(const float* from)
{
    return *reinterpret_cast<const Unaligned*>(from);
}

void store(float* to, Vec value)
{
    *reinterpret_cast<Unaligned*>(to) = value;
}

Vec all(float value)
{
    return value - Vec{};
}

/// The maximum; `a` where it is not a number, so that damaged weights are not hidden behind a ReLU.
Vec larger(Vec a, Vec b)
{
    return b > a ? b : a;
}

float sum(Vec values)
{
    float result = 0;
    for (int i = 0; i < kWidth; ++i)
        result += values[i];
    return result;
}

float largest(Vec values)
{
    float result = values[0];
    for (int i = 1; i < kWidth; ++i)
        result = values[i] > result ? values[i] : result;
    return result;
}

constexpr int rowsOfBlock(int vectors)
{
    const int rows = kRegisters / vectors;
    return rows < kMostRows ? rows : kMostRows;
}

/// `Rows` rows times `Vectors` vectors of the result stay in registers over the whole depth.
template <int Rows, int Vectors> void multiplyBlock(const Product& p, int row, int column, const float* b)
{
    Vec sums[Rows][Vectors];
    const float* a = p.a + row * p.aStride;
    float* c = p.c + row * p.cStride + column;
    for (int v = 0; v < Vectors; ++v) {
        const Vec start = p.bias ? load(p.bias + column + v * kWidth) : Vec{};
        for (int r = 0; r < Rows; ++r)
            sums[r][v] = p.finish == Finish::Add ? load(c + r * p.cStride + v * kWidth) : start;
    }
    for (int k = 0; k < p.depth; ++k) {
        Vec right[Vectors];
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v)
            right[v] = load(b + v * kWidth);
#pragma GCC unroll 16
        for (int r = 0; r < Rows; ++r) {
            const Vec left = all(a[r * p.aStride + k]);
#pragma GCC unroll 8
            for (int v = 0; v < Vectors; ++v)
                sums[r][v] += left * right[v];
        }
        b += Vectors * kWidth;
    }
    for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < Vectors; ++v)
            store(c + r * p.cStride + v * kWidth, p.finish == Finish::Relu ? larger(sums[r][v], Vec{}) : sums[r][v]);
}

/// multiplyBlock for `rows` rows, at most `Rows`.
template <int Vectors, int Rows = rowsOfBlock(Vectors)>
void multiplyRows(const Product& p, int row, int rows, int column, const float* b)
{
    if (rows == Rows)
        multiplyBlock<Rows, Vectors>(p, row, column, b);
    else if constexpr (Rows > 1)
        multiplyRows<Vectors, Rows - 1>(p, row, rows, column, b);
}

template <int Vectors> void multiplyPanel(const Product& p, int column, const float* b)
{
    constexpr int kRows = rowsOfBlock(Vectors);
    // Blocks of nearly equal size: 16 rows are 6 + 5 + 5 and not 7 + 7 + 2.
    const int count = (p.rows + kRows - 1) / kRows;
    int row = 0;
    for (int i = 0; i < count; ++i) {
        const int rows = (p.rows - row + count - i - 1) / (count - i);
        multiplyRows<Vectors>(p, row, rows, column, b);
        row += rows;
    }
}

void multiply(const Product& p)
{
    const float* b = p.b;
    for (int column = 0; column < p.columns; column += kBlockVectors * kWidth) {
        const int vectors = (p.columns - column) / kWidth;
        if (vectors >= kBlockVectors)
            multiplyPanel<kBlockVectors>(p, column, b);
        else if (vectors == 3)
            multiplyPanel<3>(p, column, b);
        else if (vectors == 2)
            multiplyPanel<2>(p, column, b);
        else
            multiplyPanel<1>(p, column, b);
        b += static_cast<std::ptrdiff_t>(p.depth) * (vectors < kBlockVectors ? vectors : kBlockVectors) * kWidth;
    }
}

/// Winograd's minimal filtering F(m, 3) in one dimension (Lavin and Gray, CVPR 2016, section 4).
template <int Side> struct Line;

template <> struct Line<2>
{
    static void input(const Vec (&d)[4], Vec (&t)[4])
    {
        t[0] = d[0] - d[2];
        t[1] = d[1] + d[2];
        t[2] = d[2] - d[1];
        t[3] = d[1] - d[3];
    }

    static void output(const Vec (&m)[4], Vec (&y)[2])
    {
        y[0] = m[0] + m[1] + m[2];
        y[1] = m[1] - m[2] - m[3];
    }
};

template <> struct Line<4>
{
    static void input(const Vec (&d)[6], Vec (&t)[6])
    {
        const Vec even = d[4] - 4 * d[2];
        const Vec odd = d[3] - 4 * d[1];
        const Vec evenTwo = d[4] - d[2];
        const Vec oddTwo = 2 * (d[3] - d[1]);
        t[0] = 4 * d[0] - 5 * d[2] + d[4];
        t[1] = even + odd;
        t[2] = even - odd;
        t[3] = evenTwo + oddTwo;
        t[4] = evenTwo - oddTwo;
        t[5] = 4 * d[1] - 5 * d[3] + d[5];
    }

    static void output(const Vec (&m)[6], Vec (&y)[4])
    {
        const Vec one = m[1] + m[2];
        const Vec minusOne = m[1] - m[2];
        const Vec two = m[3] + m[4];
        const Vec minusTwo = m[3] - m[4];
        y[0] = m[0] + one + two;
        y[1] = minusOne + 2 * minusTwo;
        y[2] = one + 4 * two;
        y[3] = minusOne + 8 * minusTwo + m[5];
    }
};

/// Where the pixels of one tile lie.
template <int Points> struct PlainPixels
{
    const float* pixel[Points];

    Vec at(int point, int channel) const { return load(pixel[point] + channel); }
};

template <int Points> struct GatedPixels
{
    const float* pixel[Points];
    const float* cell[Points];
    float gate[Points];

    Vec at(int point, int channel) const
    {
        return (load(pixel[point] + channel) + load(cell[point] + channel)) * gate[point];
    }
};

struct TilePlace
{
    int item;
    int row; ///< Of the first result.
    int column;
};

TilePlace placeOf(int tile, const TileGrid& grid)
{
    const int inPicture = tile % grid.tilesOfPicture();
    return {tile / grid.tilesOfPicture(), inPicture / grid.tileColumns() * grid.side,
        inPicture % grid.tileColumns() * grid.side};
}

/// Where the pixels that a tile reads, one more on every side than it gives, lie in a map of which each pixel stands
/// for `side` x `side` of the grid's.
template <int Reach> class Neighbourhood
{
public:
    Neighbourhood(const TilePlace& place, const TileGrid& grid, int side, int channels)
    {
        const std::ptrdiff_t line = static_cast<std::ptrdiff_t>(grid.columns / side) * channels;
        for (int i = 0; i < Reach; ++i) {
            m_rows[i] = offset(place.row + i - 1, grid.rows, side, line);
            m_columns[i] = offset(place.column + i - 1, grid.columns, side, channels);
        }
    }

    bool inside(int y, int x) const { return m_rows[y] >= 0 && m_columns[x] >= 0; }
    std::ptrdiff_t at(int y, int x) const { return m_rows[y] + m_columns[x]; }

private:
    static std::ptrdiff_t offset(int index, int count, int side, std::ptrdiff_t stride)
    {
        return index >= 0 && index < count ? index / side * stride : -1;
    }

    std::ptrdiff_t m_rows[Reach]; ///< Floats from the picture's begin, -1 outside.
    std::ptrdiff_t m_columns[Reach];
};

template <int Side>
PlainPixels<(Side + 2) * (Side + 2)> plainPixels(
    const InputPart& part, const TilePlace& place, const TileGrid& grid, const float* zeros)
{
    constexpr int kReach = Side + 2;
    const Neighbourhood<kReach> near(place, grid, part.reading == Reading::Upsampled ? 2 : 1, part.map.channels);
    const float* picture = part.map.at(place.item, 0, 0);
    PlainPixels<kReach * kReach> pixels;
    for (int y = 0; y < kReach; ++y)
        for (int x = 0; x < kReach; ++x)
            pixels.pixel[y * kReach + x] = near.inside(y, x) ? picture + near.at(y, x) : zeros;
    return pixels;
}

template <int Side>
GatedPixels<(Side + 2) * (Side + 2)> gatedPixels(
    const InputPart& part, const TilePlace& place, const TileGrid& grid, const float* zeros)
{
    constexpr int kReach = Side + 2;
    const SkipView& skip = part.skip;
    const Neighbourhood<kReach> near(place, grid, 1, part.map.channels);
    const Neighbourhood<kReach> nearCells(place, grid, skip.cellSide, part.map.channels);
    const Neighbourhood<kReach> nearGate(place, grid, 1, 1);
    const float* picture = part.map.at(place.item, 0, 0);
    const float* cells = skip.cells.at(place.item, 0, 0);
    const float* gate = skip.gate + static_cast<std::ptrdiff_t>(place.item) * grid.rows * grid.columns;
    GatedPixels<kReach * kReach> pixels;
    for (int y = 0; y < kReach; ++y)
        for (int x = 0; x < kReach; ++x) {
            const int point = y * kReach + x;
            const bool inside = near.inside(y, x);
            pixels.pixel[point] = inside ? picture + near.at(y, x) : zeros;
            pixels.cell[point] = inside ? cells + nearCells.at(y, x) : zeros;
            pixels.gate[point] = inside ? gate[nearGate.at(y, x)] : 0;
        }
    return pixels;
}

template <int Side, typename Pixels>
void transformTile(const Pixels& pixels, int channels, float* to, std::ptrdiff_t pointStride)
{
    constexpr int kReach = Side + 2;
    for (int channel = 0; channel < channels; channel += kWidth) {
        Vec half[kReach][kReach];
#pragma GCC unroll 8
        for (int x = 0; x < kReach; ++x) {
            Vec read[kReach], turned[kReach];
#pragma GCC unroll 8
            for (int y = 0; y < kReach; ++y)
                read[y] = pixels.at(y * kReach + x, channel);
            Line<Side>::input(read, turned);
#pragma GCC unroll 8
            for (int y = 0; y < kReach; ++y)
                half[y][x] = turned[y];
        }
#pragma GCC unroll 8
        for (int y = 0; y < kReach; ++y) {
            Vec turned[kReach];
            Line<Side>::input(half[y], turned);
#pragma GCC unroll 8
            for (int x = 0; x < kReach; ++x)
                store(to + (y * kReach + x) * pointStride + channel, turned[x]);
        }
    }
}

template <int Side>
void transformInputOf(const InputPart& part, const TileGrid& grid, const TileView& tiles, const float* zeros)
{
    for (int i = 0; i < tiles.tiles; ++i) {
        const TilePlace place = placeOf(tiles.firstTile + i, grid);
        float* to = tiles.values + static_cast<std::ptrdiff_t>(i) * tiles.channels + part.firstChannel;
        if (part.reading == Reading::Gated)
            transformTile<Side>(gatedPixels<Side>(part, place, grid, zeros), part.map.channels, to, tiles.pointStride);
        else
            transformTile<Side>(plainPixels<Side>(part, place, grid, zeros), part.map.channels, to, tiles.pointStride);
    }
}

void transformInput(const InputPart& part, const TileGrid& grid, const TileView& tiles, const float* zeros)
{
    if (grid.side == 4)
        transformInputOf<4>(part, grid, tiles, zeros);
    else
        transformInputOf<2>(part, grid, tiles, zeros);
}

/// The results of one tile and one vector of channels.
template <int Side> void transformBack(const float* from, std::ptrdiff_t pointStride, Vec (&results)[Side][Side])
{
    constexpr int kReach = Side + 2;
    Vec half[Side][kReach];
#pragma GCC unroll 8
    for (int x = 0; x < kReach; ++x) {
        Vec read[kReach], turned[Side];
#pragma GCC unroll 8
        for (int y = 0; y < kReach; ++y)
            read[y] = load(from + (y * kReach + x) * pointStride);
        Line<Side>::output(read, turned);
#pragma GCC unroll 8
        for (int y = 0; y < Side; ++y)
            half[y][x] = turned[y];
    }
#pragma GCC unroll 8
    for (int y = 0; y < Side; ++y)
        Line<Side>::output(half[y], results[y]);
}

template <int Side>
void storePooled(
    const Vec (&results)[Side][Side], const TilePlace& place, const TileGrid& grid, float* pooled, int channels)
{
    const int rows = grid.rows / 2, columns = grid.columns / 2;
    for (int y = 0; y < Side / 2 && place.row / 2 + y < rows; ++y)
        for (int x = 0; x < Side / 2 && place.column / 2 + x < columns; ++x) {
            const std::ptrdiff_t pixel =
                (static_cast<std::ptrdiff_t>(place.item) * rows + place.row / 2 + y) * columns + place.column / 2 + x;
            store(pooled + pixel * channels,
                larger(larger(results[2 * y][2 * x], results[2 * y][2 * x + 1]),
                    larger(results[2 * y + 1][2 * x], results[2 * y + 1][2 * x + 1])));
        }
}

template <int Side> void addBias(Vec (&results)[Side][Side], Vec bias)
{
#pragma GCC unroll 8
    for (int y = 0; y < Side; ++y)
#pragma GCC unroll 8
        for (int x = 0; x < Side; ++x)
            results[y][x] = larger(results[y][x] + bias, Vec{});
}

template <int Side> void transformOutputOf(const TileView& tiles, const TileGrid& grid, const OutputTarget& target)
{
    const int channels = tiles.channels;
    const auto offsetOf = [&](int y, int x) { return (static_cast<std::ptrdiff_t>(y) * grid.columns + x) * channels; };
    for (int i = 0; i < tiles.tiles; ++i) {
        const TilePlace place = placeOf(tiles.firstTile + i, grid);
        const int rows = grid.rows - place.row < Side ? grid.rows - place.row : Side;
        const int columns = grid.columns - place.column < Side ? grid.columns - place.column : Side;
        const std::ptrdiff_t first =
            ((static_cast<std::ptrdiff_t>(place.item) * grid.rows + place.row) * grid.columns + place.column)
            * channels;
        const float* from = tiles.values + static_cast<std::ptrdiff_t>(i) * channels;
        for (int channel = 0; channel < channels; channel += kWidth) {
            Vec results[Side][Side];
            transformBack<Side>(from + channel, tiles.pointStride, results);
            if (target.added)
                for (int y = 0; y < rows; ++y)
                    for (int x = 0; x < columns; ++x)
                        results[y][x] += load(target.added + first + channel + offsetOf(y, x));
            if (target.bias)
                addBias(results, load(target.bias + channel));
            for (int y = 0; y < rows; ++y)
                for (int x = 0; x < columns; ++x)
                    store(target.map + first + channel + offsetOf(y, x), results[y][x]);
            if (target.pooled)
                storePooled<Side>(results, place, grid, target.pooled + channel, channels);
        }
    }
}

void transformOutput(const TileView& tiles, const TileGrid& grid, const OutputTarget& target)
{
    if (grid.side == 4)
        transformOutputOf<4>(tiles, grid, target);
    else
        transformOutputOf<2>(tiles, grid, target);
}

/// PLAM's bottleneck: mean, maximum and their sum, six hidden numbers, the gate.
float bottleneck(const GateInput& in, float mean, float most)
{
    constexpr int kHidden = 6;
    const float pooled[3] = {mean, most, mean + most};
    float result = in.output[kHidden];
    for (int i = 0; i < kHidden; ++i) {
        float hidden = in.hidden[3 * kHidden + i];
        for (int j = 0; j < 3; ++j)
            hidden += in.hidden[3 * i + j] * pooled[j];
        result += in.output[i] * (hidden > 0 ? hidden : 0);
    }
    return result;
}

void gate(const GateInput& in, int first, int last, float* gate)
{
    const MapView& products = in.products;
    const int half = products.channels / 2;
    for (int line = first; line < last; ++line) {
        const int item = line / products.rows, row = line % products.rows;
        for (int column = 0; column < products.columns; ++column) {
            const float* own = products.at(item, row, column);
            const float* added = in.cells.at(item, row / in.cellSide, column / in.cellSide);
            Vec total{}, most{};
            for (int channel = 0; channel < half; channel += kWidth) {
                total += larger(load(own + channel) + load(added + channel), Vec{});
                most = larger(most, load(own + half + channel) + load(added + half + channel));
            }
            gate[static_cast<std::ptrdiff_t>(line) * products.columns + column] =
                bottleneck(in, sum(total) / static_cast<float>(in.channels), largest(most));
        }
    }
}

} // namespace

} // namespace models::kernels
