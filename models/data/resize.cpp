#include "models/data/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#if defined(__x86_64__)
#define LIMN_WITH_FMA __attribute__((target("fma")))
#else
#define LIMN_WITH_FMA
#endif

namespace models::data {

namespace {

/// Which values of a line each new value is a mean of.
struct Taps
{
    struct Range
    {
        std::size_t first = 0;
        std::size_t count = 0;
    };
    std::vector<Range> ranges; ///< [size]
    std::vector<float> weights; ///< [size, most]
    std::size_t most = 0;

    const float* weightsOf(std::size_t place) const { return weights.data() + place * most; }
};

/// Weights that fall from the middle of the new pixel to the middles of its neighbours, or of the old pixels where
/// those lie further apart. In single precision, but for the halves.
Taps tapsOf(int length, int size)
{
    const float scale = float(length) / float(size);
    const float support = std::max(scale, 1.0F), inverse = float(1.0 / support);
    Taps taps;
    taps.most = std::size_t(std::ceil(support)) * 2 + 1;
    taps.weights.resize(std::size_t(size) * taps.most);
    for (int place = 0; place < size; ++place) {
        const auto center = float(scale * (place + 0.5));
        const int first = std::max(int(center - support + 0.5), 0);
        const int count = std::clamp(std::min(int(center + support + 0.5), length) - first, 0, int(taps.most));
        float* weights = taps.weights.data() + taps.ranges.size() * taps.most;
        float total = 0;
        for (int tap = 0; tap < count; ++tap) {
            const auto distance = std::abs(float((float(tap + first) - center + 0.5) * inverse));
            weights[tap] = distance < 1 ? float(1.0 - distance) : 0;
            total += weights[tap];
        }
        for (int tap = 0; tap < count && total != 0; ++tap)
            weights[tap] /= total;
        taps.ranges.push_back({std::size_t(first), std::size_t(count)});
    }
    return taps;
}

// The pixels of a data set, and with them its digest, must stay those that trainings were begun with: LibTorch's. Its
// sums of products are rounded so: the first product and whole groups of four after it by themselves, what is left over
// together with the sum, where the processor can. This file is compiled without contraction of its own.

bool processorFuses()
{
#if defined(__x86_64__)
    static const bool fuses = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return fuses;
#else
    return true;
#endif
}

std::size_t tapsRoundedAlone(std::size_t count)
{
    return processorFuses() && count > 0 ? 1 + (count - 1) / 4 * 4 : count;
}

void addRounded(float* sums, const float* values, float weight, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        sums[i] += values[i] * weight;
}

LIMN_WITH_FMA void addFused(float* sums, const float* values, float weight, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        sums[i] = std::fma(values[i], weight, sums[i]);
}

/// The weighted sum of lines of `count` values that follow each other.
void sumOfLines(const float* lines, std::size_t count, const float* weights, std::size_t taps, float* sums)
{
    std::fill_n(sums, count, 0.0F);
    const auto alone = tapsRoundedAlone(taps);
    for (std::size_t tap = 0; tap < alone; ++tap)
        addRounded(sums, lines + tap * count, weights[tap], count);
    for (std::size_t tap = alone; tap < taps; ++tap)
        addFused(sums, lines + tap * count, weights[tap], count);
}

/// [length, width] -> [size, width]
std::vector<float> withRows(const std::vector<float>& values, std::size_t width, std::size_t size)
{
    const auto taps = tapsOf(int(values.size() / width), int(size));
    std::vector<float> result(size * width);
    for (std::size_t row = 0; row < size; ++row) {
        const auto& range = taps.ranges[row];
        sumOfLines(values.data() + range.first * width, width, taps.weightsOf(row), range.count,
            result.data() + row * width);
    }
    return result;
}

/// [rows, columns] -> [rows, size]: some rows at once, a value of each beside the others'.
std::vector<float> withColumns(const std::vector<float>& values, std::size_t columns, std::size_t size)
{
    constexpr std::size_t kAtOnce = 8;
    const auto taps = tapsOf(int(columns), int(size));
    const auto rows = values.size() / columns;
    std::vector<float> result(rows * size), beside(columns * kAtOnce);
    std::array<float, kAtOnce> sums{};
    for (std::size_t row = 0; row < rows; row += kAtOnce) {
        const auto count = std::min(kAtOnce, rows - row);
        for (std::size_t column = 0; column < columns; ++column)
            for (std::size_t line = 0; line < count; ++line)
                beside[column * kAtOnce + line] = values[(row + line) * columns + column];
        for (std::size_t column = 0; column < size; ++column) {
            const auto& range = taps.ranges[column];
            sumOfLines(
                beside.data() + range.first * kAtOnce, kAtOnce, taps.weightsOf(column), range.count, sums.data());
            for (std::size_t line = 0; line < count; ++line)
                result[(row + line) * size + column] = sums[line];
        }
    }
    return result;
}

/// "rgbrgb..." -> "rr...gg...bb..."
std::vector<std::uint8_t> planesOf(const Picture& picture)
{
    const auto channels = std::size_t(picture.channels), pixels = picture.values.size() / channels;
    std::vector<std::uint8_t> planes(picture.values.size());
    for (std::size_t pixel = 0; pixel < pixels; ++pixel)
        for (std::size_t channel = 0; channel < channels; ++channel)
            planes[channel * pixels + pixel] = picture.values[pixel * channels + channel];
    return planes;
}

/// The old pixels whose area one of `size` new ones covers at least in part: from `first` up to `second`.
std::vector<std::pair<int, int>> areasOf(int length, int size)
{
    std::vector<std::pair<int, int>> areas;
    for (std::int64_t place = 0; place < size; ++place)
        areas.emplace_back(place * length / size, ((place + 1) * length - 1) / size + 1);
    return areas;
}

/// Calls `use` with each new pixel and its old rows and columns.
template <class Use>
void forEachArea(const FullMask& mask, int size, Use use)
{
    const auto allRows = areasOf(mask.rows, size), allColumns = areasOf(mask.columns, size);
    std::size_t pixel = 0;
    for (const auto& rows : allRows)
        for (const auto& columns : allColumns)
            use(pixel++, rows, columns);
}

std::vector<std::uint8_t> resizedLabels(const FullMask& mask, int size)
{
    std::vector<std::uint8_t> labels(std::size_t(size) * std::size_t(size));
    std::vector<int> counts(std::size_t(*std::max_element(mask.labels.begin(), mask.labels.end())) + 1);
    forEachArea(mask, size, [&](std::size_t pixel, const auto& rows, const auto& columns) {
        std::fill(counts.begin(), counts.end(), 0);
        for (auto row = rows.first; row < rows.second; ++row)
            for (auto column = columns.first; column < columns.second; ++column)
                ++counts[mask.labels[std::size_t(row) * std::size_t(mask.columns) + std::size_t(column)]];
        const auto largest = std::max_element(counts.rbegin(), counts.rend()); // Of equal ones the larger label.
        labels[pixel] = std::uint8_t(counts.rend() - largest - 1);
    });
    return labels;
}

std::vector<std::uint8_t> resizedValues(const FullMask& mask, int size)
{
    const std::vector<std::uint8_t> values(mask.values.begin(), mask.values.end()); // Single bits are slow to read.
    std::vector<std::uint8_t> result(std::size_t(size) * std::size_t(size));
    forEachArea(mask, size, [&](std::size_t pixel, const auto& rows, const auto& columns) {
        std::int64_t inside = 0;
        for (auto row = rows.first; row < rows.second; ++row)
            for (auto column = columns.first; column < columns.second; ++column)
                inside += values[std::size_t(row) * std::size_t(mask.columns) + std::size_t(column)];
        const auto pixels = std::int64_t(rows.second - rows.first) * (columns.second - columns.first);
        result[pixel] = 2 * inside >= pixels;
    });
    return result;
}

} // namespace

std::vector<std::uint8_t> resizedPicture(const Picture& picture, int size)
{
    auto planes = picture.channels == 1 ? picture.values : planesOf(picture);
    if (picture.columns == size && picture.rows == size)
        return planes;
    const auto side = std::size_t(size), pixels = std::size_t(picture.columns) * std::size_t(picture.rows);
    std::vector<std::uint8_t> result;
    for (std::size_t channel = 0; channel < std::size_t(picture.channels); ++channel) {
        const auto* own = planes.data() + channel * pixels;
        std::vector<float> values(own, own + pixels); // [rows, columns]
        if (picture.columns != size)
            values = withColumns(values, std::size_t(picture.columns), side); // [rows, size]
        if (picture.rows != size)
            values = withRows(values, side, side); // [size, size]
        std::transform(values.begin(), values.end(), std::back_inserter(result),
            [](float value) { return std::uint8_t(std::clamp(std::nearbyint(value), 0.0F, 255.0F)); });
    }
    return result;
}

std::vector<std::uint8_t> resizedMask(const FullMask& mask, int size)
{
    const bool fits = mask.columns == size && mask.rows == size;
    if (!mask.labels.empty())
        return fits ? mask.labels : resizedLabels(mask, size);
    if (fits)
        return {mask.values.begin(), mask.values.end()};
    return resizedValues(mask, size);
}

} // namespace models::data
